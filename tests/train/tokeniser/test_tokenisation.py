"""Tokens match the model's own tokeniser, and models that cannot classify are refused."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    RobertaConfig,
    T5Config,
)

from model.model_facts import max_length
from model.model_files import ModelError
from model.model_tokenizer import load_config, load_tokenizer, own_max_length
from snapshot.dataset_snapshot import LABEL_TYPES, Split
from tests.support.tiny_models import MAX_TOKENS, build_tiny_model
from tokeniser.token_files import LENGTHS, read_lengths
from tokeniser.tokenisation import tokenise

TEXTS = ["a fine film", "film " * 100, "dull", "a dull film and a fine one"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Tiny models, by family."""
    folder = tmp_path_factory.mktemp("models")
    families = ("bert", "distilbert", "roberta", "gpt2")
    return {family: build_tiny_model(family, folder / family, TEXTS) for family in families}


@pytest.fixture
def bert(tiny, tmp_path):
    """A copy, to be broken."""
    return shutil.copytree(tiny["bert"], tmp_path / "bert")


def change(path, **members):
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


def rows_of(texts):
    return Split(np.arange(len(texts)) + 10, texts, None, np.arange(len(texts)) % 2)


def tokenised(model, tmp_path, texts=TEXTS, length=MAX_TOKENS):
    tokenise(model, {"train": rows_of(texts)}, length, tmp_path / "tokenised", task="binary")
    return pq.read_table(tmp_path / "tokenised" / "train.parquet").to_pydict()


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "gpt2"])
def test_each_row_has_the_tokenisers_own_tokens_without_padding(tiny, tmp_path, family):
    own = AutoTokenizer.from_pretrained(tiny[family])
    written = tokenised(shutil.copytree(tiny[family], tmp_path / "model"), tmp_path, length=20)
    assert written["input_ids"] == [
        own(text, truncation=True, max_length=20)["input_ids"] for text in TEXTS
    ]
    assert len({len(ids) for ids in written["input_ids"]}) > 1
    assert max(map(len, written["input_ids"])) == 20
    assert (written["id"], written["label"]) == ([10, 11, 12, 13], [0, 1, 0, 1])
    assert ("token_type_ids" in written) == (family == "bert")
    assert "attention_mask" not in written


@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "t5"])
def test_a_model_has_an_answer_to_an_empty_text(tmp_path, family):
    folder = build_tiny_model(family, tmp_path / "model", TEXTS)
    if family == "gpt2":
        # As GPT-2's own, it puts nothing around a text.
        change(folder / "tokenizer.json", post_processor=None)
    rows = tokenised(folder, tmp_path, ["a fine film", "", " \t"])["input_ids"]
    tokenizer = load_tokenizer(folder, allow_remote_code=False)
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=3).eval()
    model.config.pad_token_id = tokenizer.pad_token_id
    batch = tokenizer.pad({"input_ids": rows}, return_tensors="pt")
    with torch.inference_mode():
        assert torch.isfinite(model(**batch).logits).all()


def test_a_tokeniser_that_pads_by_itself_does_not(bert, tmp_path):
    padding = {
        "strategy": {"Fixed": 128},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[PAD]",
    }
    change(bert / "tokenizer.json", padding=padding, truncation=None)
    assert [len(ids) for ids in tokenised(bert, tmp_path)["input_ids"]] == [5, MAX_TOKENS, 3, 9]


def test_more_rows_than_a_batch_keep_their_order(tiny, tmp_path):
    texts = [f"film {number}" for number in range(2500)]
    own = AutoTokenizer.from_pretrained(tiny["bert"])
    written = tokenised(tiny["bert"], tmp_path, texts)["input_ids"]
    assert written == own(texts)["input_ids"]


@pytest.mark.parametrize(
    ("task", "labels"),
    [
        ("binary", np.array([0, 1, 1, 0])),
        ("multiclass", np.array([2, 0, 1, 2])),
        ("multilabel", [[0, 2], [], [1], [0, 1, 2]]),
        ("regression", np.array([0.5, -1.0, 3.25, 0.0])),
    ],
)
def test_the_texts_of_a_pair_are_separated_and_labels_are_those_of_the_task(
    tiny, tmp_path, task, labels
):
    pairs = ["dull", "a fine one", "film " * 50, "and a film"]
    rows = Split(np.arange(4), TEXTS, pairs, labels)
    lengths = tokenise(tiny["bert"], {"test": rows}, 20, tmp_path, task=task)
    written = pq.read_table(tmp_path / "test.parquet")
    own = AutoTokenizer.from_pretrained(tiny["bert"])
    expected = own(TEXTS, pairs, truncation="longest_first", max_length=20)
    assert written["input_ids"].to_pylist() == expected["input_ids"]
    assert written["token_type_ids"].to_pylist() == expected["token_type_ids"]
    assert written["label"].to_pylist() == list(labels)
    assert written.schema.field("label").type == LABEL_TYPES[task]
    assert written.schema.field("input_ids").type.value_type == pa.int32()
    whole = [len(ids) for ids in own(TEXTS, pairs, verbose=False)["input_ids"]]
    assert lengths["test"].tolist() == read_lengths(tmp_path / LENGTHS)["test"].tolist() == whole


def test_where_there_is_no_padding_token_the_training_job_finds_one(tiny, tmp_path):
    gpt2 = shutil.copytree(tiny["gpt2"], tmp_path / "gpt2")
    load_tokenizer(gpt2, allow_remote_code=False)
    again = AutoTokenizer.from_pretrained(gpt2)
    assert again.pad_token == again.eos_token == "</s>"


def test_a_tokeniser_with_no_token_to_pad_with_is_refused(tiny, tmp_path):
    gpt2 = shutil.copytree(tiny["gpt2"], tmp_path / "gpt2")
    change(gpt2 / "tokenizer_config.json", eos_token=None)
    with pytest.raises(ModelError, match="neither a padding token nor an end-of-text token"):
        load_tokenizer(gpt2, allow_remote_code=False)


@pytest.mark.parametrize(
    ("config", "own", "wanted", "expected"),
    [
        pytest.param(BertConfig(max_position_embeddings=64), 512, None, 64, id="positions"),
        pytest.param(BertConfig(max_position_embeddings=512), 128, None, 128, id="tokeniser"),
        pytest.param(BertConfig(max_position_embeddings=512), 10**30, 100, 100, id="request"),
        pytest.param(BertConfig(max_position_embeddings=64), 10**30, 100, 64, id="at most its own"),
        # Positions 0 and 1 are the padding's.
        pytest.param(RobertaConfig(max_position_embeddings=514), 10**30, None, 512, id="roberta"),
        pytest.param(
            RobertaConfig(max_position_embeddings=514, pad_token_id=0),
            10**30,
            None,
            513,
            id="pad 0",
        ),
        pytest.param(T5Config(), 10**30, None, 512, id="no limit"),
        pytest.param(T5Config(), 10**30, 2000, 2000, id="no limit but the request's"),
    ],
)
def test_the_length_is_the_shortest_of_the_limits(tiny, config, own, wanted, expected):
    tokenizer = AutoTokenizer.from_pretrained(tiny["bert"])
    tokenizer.model_max_length = own
    assert max_length(own_max_length(config, tokenizer), wanted) == expected


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "gpt2"])
def test_a_model_takes_texts_of_the_full_length(tiny, family):
    config = load_config(tiny[family], allow_remote_code=False)
    tokenizer = AutoTokenizer.from_pretrained(tiny[family])
    tokenizer.model_max_length = 10**30
    length = max_length(own_max_length(config, tokenizer), None)
    assert length == MAX_TOKENS
    model = AutoModelForSequenceClassification.from_pretrained(tiny[family])
    model(**tokenizer("film " * 200, truncation=True, max_length=length, return_tensors="pt"))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"model_type": "vit"}, "Its type, 'vit', does not fit a classification head"),
        ({"model_type": None}, "does not fit a classification head"),
        ({"auto_map": {"AutoModelForSequenceClassification": "own.Model"}}, "code of its own"),
    ],
)
def test_a_model_that_cannot_classify_is_refused(bert, members, message):
    change(bert / "config.json", **members)
    with pytest.raises(ModelError, match=message):
        load_config(bert, allow_remote_code=False)


@pytest.mark.parametrize("content", ["", "{", "[]", "\xff"])
def test_a_config_that_is_no_json_object_is_refused(bert, content):
    (bert / "config.json").write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match=r"Its config.json "):
        load_config(bert, allow_remote_code=False)


@pytest.mark.parametrize("content", ["", "{}", "not json"])
def test_a_tokeniser_that_cannot_be_read_is_refused(bert, content):
    (bert / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match="Its tokeniser cannot be read"):
        load_tokenizer(bert, allow_remote_code=False)


def test_a_model_s_own_code_is_not_run_unless_the_deployment_allows_it(bert, tmp_path):
    code = f"open({str(tmp_path / 'run')!r}, 'w').close()\n"
    code += "from transformers import BertConfig\nclass Own(BertConfig):\n    pass\n"
    (bert / "own_config.py").write_text(code)
    auto_map = {"AutoConfig": "own_config.Own"}
    change(bert / "config.json", auto_map=auto_map)
    load_config(bert, allow_remote_code=False)
    assert not (tmp_path / "run").exists()
    load_config(bert, allow_remote_code=True)
    assert (tmp_path / "run").exists()
