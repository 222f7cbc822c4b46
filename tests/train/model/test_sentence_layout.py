"""What the files of sentence-transformers say, and what is said of those that are not known."""

import json

import pytest
import torch
from safetensors.torch import save_file

from model.sentence_layout import DENSE, NORMALISE, SentenceLayout, VectorLayer, read_layout
from model.sentence_prompt import prompt_notes, prompt_of

MODEL = {"path": "", "type": "sentence_transformers.models.Transformer"}
POOLING = {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
DENSE_PART = {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}


def folder_with(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def layout_of(folder, pooling=None, **files):
    given = {"1_Pooling/config.json": pooling or {"pooling_mode": "cls"}, **files}
    return read_layout(folder_with(folder, given))


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, ("cls",)),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}, ("cls", "mean")),
        ({"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": False}, ("mean",)),
        ({"pooling_mode": "lasttoken"}, ("lasttoken",)),
        ({"pooling_mode": ["max", "mean"]}, ("max", "mean")),
        ({"pooling_mode": "attention"}, ()),
        ({"pooling_mode": [["cls"]]}, ()),
        ({"pooling_mode": []}, ()),
        ("{", ()),
        ("[]", ()),
    ],
)
def test_pooling_is_read_in_both_forms(tmp_path, config, pooling):
    layout = layout_of(tmp_path, config)
    assert layout.pooling == pooling
    assert layout.is_sentence_encoder == bool(pooling)
    assert bool(layout.notes) == (not pooling)


def test_a_plain_model_says_nothing(tmp_path):
    assert read_layout(folder_with(tmp_path, {"config.json": {}})) == SentenceLayout()


def test_parts_are_read_in_their_order(tmp_path):
    config = {"activation_function": "torch.nn.modules.activation.Tanh"}
    normalise = {"path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}
    files = {"modules.json": [MODEL, POOLING, normalise, DENSE_PART], "2_Dense/config.json": config}
    folder_with(tmp_path, files)
    save_file({"linear.weight": torch.ones(2, 2)}, tmp_path / "2_Dense" / "model.safetensors")
    layout = layout_of(tmp_path)
    assert layout.layers == (VectorLayer(NORMALISE), VectorLayer(DENSE, "2_Dense", "Tanh"))
    assert layout.notes == ()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"modules.json": [MODEL, POOLING, DENSE_PART]}, "not there as safetensors"),
        (
            {"modules.json": [MODEL, POOLING, {"path": "2_CNN", "type": "x.CNN"}]},
            "Its part CNN was left out",
        ),
        ({"modules.json": [MODEL, {"path": "x"}]}, "modules.json was left out"),
        ({"modules.json": "{"}, "modules.json was left out"),
        (
            {"modules.json": [{"path": "", "type": "custom_st.Transformer"}, POOLING]},
            "the model itself taken",
        ),
        ({"config_sentence_transformers.json": "{"}, "config_sentence_transformers.json was left"),
        (
            {"sentence_bert_config.json": {"modality_config": {"message": {}}}},
            "without its chat template",
        ),
    ],
)
def test_what_is_not_known_is_left_out_and_said(tmp_path, files, said):
    layout = layout_of(tmp_path, **files)
    assert layout.layers == ()
    assert any(said in note for note in layout.notes), layout.notes


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"activation_function": "os.system"}, "activation system"),
        ({"activation_function": "torch.nn.Softmax"}, "activation Softmax"),
        ({"activation_function": "torch.nn.Tanh", "use_residual": True}, "more than a dense layer"),
    ],
)
def test_a_dense_layer_of_another_kind_is_left_out(tmp_path, config, said):
    files = {"modules.json": [MODEL, POOLING, DENSE_PART], "2_Dense/config.json": config}
    folder_with(tmp_path, files)
    save_file({"linear.weight": torch.ones(2, 2)}, tmp_path / "2_Dense" / "model.safetensors")
    layout = layout_of(tmp_path)
    assert layout.layers == ()
    assert said in layout.notes[0]


def test_a_path_cannot_lead_out_of_the_folder(tmp_path):
    folder_with(tmp_path, {"1_Pooling/config.json": {"pooling_mode": "max"}})
    inside = tmp_path / "model"
    part = {"path": "../1_Pooling", "type": "sentence_transformers.models.Pooling"}
    layout = read_layout(folder_with(inside, {"modules.json": [MODEL, part]}))
    assert layout.pooling == ()


def test_settings_of_the_wrong_type_are_left_out(tmp_path):
    layout = layout_of(
        tmp_path,
        **{
            "sentence_bert_config.json": {"max_seq_length": "many", "do_lower_case": "no"},
            "config_sentence_transformers.json": {
                "prompts": {"a": 1, "b": "so: "},
                "default_prompt_name": "a",
                "truncate_dim": -1,
            },
        },
    )
    assert (layout.max_length, layout.lowers_case, layout.size) == (None, False, None)
    assert (layout.prompts, layout.default_prompt) == ({"b": "so: "}, None)


QUERY = {"query": "find: ", "document": ""}
FOR_TASKS = {"Classification": "class: ", "STS": "sts: ", "query": "find: "}


@pytest.mark.parametrize(
    ("layout", "name", "is_pair", "prompt"),
    [
        (SentenceLayout(prompts=FOR_TASKS, default_prompt="query"), "m", False, "find: "),
        (SentenceLayout(prompts=FOR_TASKS), "m", False, "class: "),
        (SentenceLayout(prompts=FOR_TASKS), "m", True, "sts: "),
        (SentenceLayout(prompts=QUERY), "m", False, ""),
        (SentenceLayout(), "e5-small-v2", False, "query: "),
        (SentenceLayout(), "multilingual-e5-base", True, "query: "),
        (SentenceLayout(prompts=QUERY), "our-e5", False, "find: "),
        (SentenceLayout(), "multilingual-e5-large-instruct", False, ""),
        (SentenceLayout(), "e5-mistral-7b", False, ""),
        (SentenceLayout(), "model5-e55", False, ""),
    ],
)
def test_a_text_begins_as_the_files_or_the_name_say(layout, name, is_pair, prompt):
    assert prompt_of(layout, [name], is_pair=is_pair) == prompt


def test_what_prompts_were_not_used_is_said():
    assert prompt_notes(SentenceLayout(), ["m"], "") == []
    assert prompt_notes(SentenceLayout(prompts=QUERY), ["m"], "find: ") == []
    (note,) = prompt_notes(SentenceLayout(prompts=QUERY), ["m"], "")
    assert "(query)" in note
    (note,) = prompt_notes(SentenceLayout(pooling=("mean",)), ["e5-large-instruct"], "")
    assert "instructions" in note
