"""An exported model answers as its original."""

import json
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoModel, AutoTokenizer

from embedding.text_encoder import LAST_LAYER, TextEncoder
from embedding.usage import usage_of
from exporting.graphs import graph_of
from exporting.onnx_file import quantise
from exporting.onnx_folder import export_model
from linear.frozen_model import FrozenModel
from linear.linear_head import LinearHead
from linear.row_features import ALONE, FeatureKind
from prediction.onnx_model import open_graph
from prediction.saved_folder import FolderError, SavedModel, load_saved_model
from tests.support.saved_transformer import SENTENCES, saved_transformer
from tests.support.sentence_models import normalised, sentence_model

# Of different lengths, one without a word, one that is cut.
TEXTS = [*SENTENCES, "", "a superb film " * 9, "<s> a camera"]
PAIRS = [[text, other] for text, other in zip(TEXTS, reversed(TEXTS), strict=True)]


def both(original: Path, exported: Path) -> tuple[SavedModel, SavedModel]:
    return load_saved_model(original), load_saved_model(exported)


def assert_equal_answers(original: Path, exported: Path, rows: list[list[str]]) -> None:
    one, other = (each.answers(rows) for each in both(original, exported))
    if one.probabilities is None:
        assert np.ptp(one.given) > 1e-3
        assert other.given == pytest.approx(one.given, abs=1e-4)
        return
    assert np.ptp(one.probabilities, axis=0).max() > 2e-3, "the rows are all the same to the model"
    assert other.probabilities == pytest.approx(one.probabilities, abs=1e-4)
    assert other.given == one.given


@pytest.fixture(scope="module")
def bert(tmp_path_factory) -> tuple[Path, Path]:
    """A model for pairs, and its export."""
    place = tmp_path_factory.mktemp("bert")
    original = saved_transformer(place / "saved", "bert", is_pair=True)
    export_model(original, place / "exported", is_int8=False)
    return original, place / "exported"


def test_a_model_for_pairs_answers_the_same(bert):
    assert_equal_answers(*bert, PAIRS)


def test_eight_bits_answer_nearly_the_same_and_are_smaller(bert, tmp_path):
    original, exported = bert
    quantised = tmp_path / "model.onnx"
    quantise(exported / "model.onnx", quantised)
    assert quantised.stat().st_size < 0.7 * (exported / "model.onnx").stat().st_size
    for path in exported.iterdir():
        if path.is_file() and path.name != "model.onnx":
            (tmp_path / path.name).write_bytes(path.read_bytes())

    one, other = (each.answers(PAIRS).probabilities for each in both(original, tmp_path))

    assert other == pytest.approx(one, abs=0.05)
    assert not np.array_equal(one, other)


def test_the_file_names_no_folder_of_this_machine(bert):
    content = (bert[1] / "model.onnx").read_bytes()

    assert b".py" not in content
    assert str(Path.cwd()).encode() not in content


def test_the_graph_takes_any_number_of_rows_and_tokens(bert):
    session = open_graph(bert[1] / "model.onnx")

    assert {each.name: each.shape for each in session.get_inputs()} == {
        name: ["rows", "tokens"] for name in ("input_ids", "token_type_ids", "attention_mask")
    }


@pytest.mark.parametrize(
    ("family", "task", "labels"),
    [("roberta", "multilabel", ("bad", "good", "mixed")), ("distilbert", "regression", ())],
)
def test_other_families_and_tasks_answer_the_same(family, task, labels, tmp_path):
    original = saved_transformer(tmp_path / "saved", family, task=task, labels=labels)

    export_model(original, tmp_path / "exported", is_int8=False)

    assert_equal_answers(original, tmp_path / "exported", [[text] for text in TEXTS])


def test_a_linear_head_on_two_vectors_is_a_part_of_the_graph(tmp_path):
    snapshot = sentence_model(
        tmp_path / "snapshot",
        layers=[normalised()],
        default_prompt="say",
        prompts={"say": "say: "},
        pools_prompt=False,
    )
    usage = usage_of(snapshot, "model", 16, is_pair=True)
    encoder = TextEncoder.of(
        AutoModel.from_pretrained(snapshot),
        AutoTokenizer.from_pretrained(snapshot),
        snapshot,
        usage,
    )
    size = 4 * encoder.vectors([["a film"]], 1).by_layer[LAST_LAYER].shape[1] + 1
    chance = np.random.default_rng(0)
    head = LinearHead.of(chance.normal(size=(2, size)), chance.normal(size=2))
    saved = FrozenModel(encoder, FeatureKind(LAST_LAYER, ALONE), head)
    (tmp_path / "saved").mkdir()
    facts = {"method": "frozen", "task": "binary", "labels": ["no", "yes"], "is_pair": True}
    saved.save(tmp_path / "saved", snapshot, {**facts, "batch_rows": 3, "positive_label": "yes"})

    export_model(tmp_path / "saved", tmp_path / "exported", is_int8=False)

    assert_equal_answers(tmp_path / "saved", tmp_path / "exported", PAIRS)
    use = json.loads((tmp_path / "exported" / "model.json").read_text())["onnx"]
    assert use["reads_apart"]
    assert not (tmp_path / "exported" / "encoder").exists()


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("tfidf", "counts words"),
        ("majority", "one answer"),
        ("static", "vectors of a table"),
        ("prompt", "method full or lora"),
        ("zeroshot", "each label's name"),
    ],
)
def test_models_without_such_a_graph_are_refused_with_the_reason(method, words, tmp_path):
    with pytest.raises(FolderError, match=f"the method {method} is not exported.*{words}"):
        graph_of(tmp_path, {"method": method}, "model.onnx", allow_remote_code=False)


def test_what_is_exported_already_is_refused(bert, tmp_path):
    with pytest.raises(FolderError, match="already: export the original"):
        export_model(bert[1], tmp_path / "again", is_int8=True)


def test_a_folder_with_something_in_it_is_left_alone(bert, tmp_path):
    (tmp_path / "thesis.txt").write_text("precious")

    with pytest.raises(FolderError, match="is there already"):
        export_model(bert[0], tmp_path, is_int8=False)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
