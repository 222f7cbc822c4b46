"""Numbers in config.json that no model can have, told in words."""

import pytest

from model.config_faults import config_faults, misfit

BERT = {
    "model_type": "bert",
    "vocab_size": 100,
    "hidden_size": 32,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "type_vocab_size": 2,
    "pad_token_id": 0,
    "id2label": {"0": "bad"},
}


def test_a_usual_configuration_has_no_fault():
    assert config_faults(BERT) == []
    assert config_faults(BERT | {"pad_token_id": -1, "type_vocab_size": 0, "n_inner": None}) == []
    # OpenELM and the like: one number for each layer.
    assert config_faults(BERT | {"num_key_value_heads": [3, 4]}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"hidden_size": -32}, "hidden_size is -32, not a whole number of at least 1"),
        ({"hidden_size": "32"}, "hidden_size is '32', not a whole number"),
        ({"vocab_size": True}, "vocab_size is True"),
        ({"num_hidden_layers": -1}, "num_hidden_layers is -1, not a whole number of at least 0"),
        ({"max_position_embeddings": 1.5}, "max_position_embeddings is 1.5"),
        ({"pad_token_id": 100}, "pad_token_id 100 is not below vocab_size 100"),
        ({"pad_token_id": "[PAD]"}, "pad_token_id is '[PAD]', not a token's number"),
        ({"num_labels": 10_000_000}, "num_labels is 10000000, at most 100,000 are possible"),
        ({"id2label": ["bad"]}, "id2label is ['bad'], not an object"),
        ({"text_config": {"hidden_size": 0}}, "in text_config, hidden_size is 0"),
    ],
)
def test_a_number_that_no_model_can_have_is_named(change, fault):
    (found,) = config_faults(BERT | change)
    assert found.startswith(fault)


def test_heads_that_do_not_share_the_width_explain_a_failure():
    assert misfit(BERT) is None
    assert misfit(BERT | {"num_attention_heads": 3}) == (
        "hidden_size 32 is not a multiple of 3 heads (num_attention_heads)"
    )
    # T5's heads have a width of their own.
    assert misfit({"d_model": 512, "num_heads": 6, "d_kv": 64}) is None
    assert misfit(BERT | {"num_attention_heads": 3, "head_dim": 16}) is None
