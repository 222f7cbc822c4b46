"""Ids of models behind an API, and what a deployment's setting says of them."""

import pytest

from bakeoff.hosted_models import TokenPrice, allowed_models, bedrock_id, is_hosted, is_hosted_id


@pytest.mark.parametrize(
    "model",
    [
        "bedrock/amazon.nova-lite-v1:0",
        "bedrock/us.amazon.nova-lite-v1:0",
        "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "bedrock/amazon.nova-lite-v1:0:24k",
        "bedrock/openai.gpt-oss-20b-1:0",
    ],
)
def test_ids_of_models_and_of_inference_profiles_are_known(model):
    assert is_hosted(model)
    assert is_hosted_id(model)
    assert f"bedrock/{bedrock_id(model)}" == model


@pytest.mark.parametrize(
    "model",
    [
        "bedrock/",
        "bedrock/nova",
        "bedrock/../secrets",
        "bedrock/amazon.nova-lite-v1:0/converse",
        "bedrock/arn:aws:bedrock:us-east-1:1:application-inference-profile/a",
        "bedrock/amazon.nova lite",
        f"bedrock/amazon.{'x' * 200}",
        "amazon.nova-lite-v1:0",
    ],
)
def test_anything_else_is_none(model):
    assert not is_hosted_id(model)


def test_a_deployment_allows_models_one_by_one_and_may_state_prices():
    setting = ("amazon.nova-lite-v1:0", "us.amazon.nova-pro-v1:0=0.8/3.2")
    assert allowed_models(setting) == {
        "amazon.nova-lite-v1:0": None,
        "us.amazon.nova-pro-v1:0": TokenPrice(0.8, 3.2),
    }


@pytest.mark.parametrize("entry", ["*", "amazon.*", "amazon.nova-lite=1", "amazon.nova-lite=-1/2"])
def test_a_wrong_entry_is_refused(entry):
    with pytest.raises(ValueError, match="INPUT/OUTPUT"):
        allowed_models([entry])


def test_a_price_is_for_a_million_tokens():
    assert TokenPrice(2.0, 10.0).usd(500_000, 100_000) == pytest.approx(2.0)
