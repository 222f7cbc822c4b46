import json

import pytest

from infra.settings import Settings, SettingsError, load_settings


def test_nothing_in_the_context_gives_the_defaults():
    assert load_settings({}) == Settings()


def test_settings_come_from_the_context_and_single_ones_from_the_command_line():
    context = {
        "bakeoff": {"max_parallel_jobs": 3, "use_spot": False},
        "bakeoff.max_parallel_jobs": "9",
        "bakeoff.subnet_ids": "subnet-1, subnet-2",
        "bakeoff.security_group_ids": '["sg-1"]',
        "bakeoff.tracking.experiments": "false",
        "@aws-cdk/core:something": True,
    }
    settings = load_settings(context)
    assert settings.max_parallel_jobs == 9
    assert settings.use_spot is False
    assert settings.subnet_ids == ("subnet-1", "subnet-2")
    assert settings.security_group_ids == ("sg-1",)
    assert settings.tracking.experiments is False


def test_all_problems_are_reported_together_and_a_misspelt_name_with_the_closest():
    with pytest.raises(SettingsError) as raised:
        load_settings({"bakeoff": {"use_spott": True, "max_parallel_jobs": 0}})
    assert "did you mean use_spot?" in str(raised.value)
    assert "max_parallel_jobs" in str(raised.value)


@pytest.mark.parametrize("instance", ["ml.p3.2xlarge", "ml.p2.xlarge", "ml.p3dn.24xlarge"])
def test_instances_that_the_image_cannot_run_on_are_refused(instance):
    with pytest.raises(SettingsError, match=r"ml\.g5\.xlarge"):
        load_settings({"bakeoff": {"training_instance_type": instance}})


@pytest.mark.parametrize(
    "bad",
    [
        {"subnet_ids": ["subnet-1"]},
        {"security_group_ids": ["sg-1"]},
        {"training_image": "docker.io/library/python:3"},
        {"hub_token_secret_arn": "hf_a_token_itself"},
        # Without the six characters at its end the role's statement would match no secret.
        {"hub_token_secret_arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:hub"},
        {"readable_buckets": ["*"]},
        {"readable_buckets": ["s3://other-bucket/"]},
        {"hub_endpoint": "file:///etc/passwd"},
        {"training_image": "pytorch2.10"},
        {"kms": {"bucket": "alias/data"}},
        {"kms": "alias/data"},
        {"notifications": {"email": "nobody"}},
        {"tracking": {"mlflow_arn": "https://mlflow.example.com"}},
        {"permissions_boundary_arn": "boundary"},
        {"compare_memory_mb": 512},
        {"stack_name": "1st"},
        {"baseline_instance_type": "m5.xlarge"},
        {"max_runtime_seconds": 1_000_000},
        {"log_retention_days": 2},
    ],
)
def test_a_setting_out_of_its_range_is_refused(bad):
    with pytest.raises(SettingsError):
        load_settings({"bakeoff": bad})


@pytest.mark.parametrize("context", ["[]", "{", 3, json.dumps("text")])
def test_a_context_that_is_no_object_is_refused(context):
    with pytest.raises(SettingsError):
        load_settings({"bakeoff": context})


def test_a_misspelt_name_in_a_group_is_reported_with_the_closest():
    with pytest.raises(SettingsError, match=r"kms\.volume: no such setting; did you mean kms\.vol"):
        load_settings({"bakeoff": {"kms": {"bucket": ""}}, "bakeoff.kms.volume": "x"})


def test_a_region_without_training_images_is_refused_with_those_that_have_them():
    with pytest.raises(SettingsError, match=r"eu-central-2 .* eu-central-1, .*training_image"):
        Settings().check_region("eu-central-2")


def test_a_region_needs_no_image_of_awss_if_there_is_one_of_the_operators():
    image = "111122223333.dkr.ecr.eu-central-2.amazonaws.com/team/train:1"
    Settings(training_image=image, inference_image=image).check_region("eu-central-2")
    with pytest.raises(SettingsError, match="as the settings inference_image"):
        Settings(training_image=image).check_region("eu-central-2")
    Settings().check_region("eu-central-1")
    # Without credentials the CDK does not know the region.
    Settings().check_region(None)


def test_the_repository_follows_from_an_image_of_the_operator():
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/train:1"
    settings = Settings(training_image=image)
    assert settings.own_training_image == (image, "111122223333", "eu-west-1", "team/train")


@pytest.mark.parametrize("entry", ["*", "amazon.*", "amazon.nova-lite-v1:0=cheap", "nova"])
def test_bedrock_models_are_named_one_by_one(entry):
    with pytest.raises(SettingsError, match="bedrock_models"):
        load_settings({"bakeoff": {"bedrock_models": [entry]}})


def test_bedrock_models_may_state_their_prices():
    settings = load_settings({"bakeoff.bedrock_models": "a.b-v1:0=0.1/0.4,us.a.c-v1:0"})
    assert settings.bedrock_ids == ["a.b-v1:0", "us.a.c-v1:0"]
