"""The data card agrees with rows counted by hand, and each of its fields is documented."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from documents.json_documents import json_value
from snapshot.data_card import QUANTILES, data_card, distribution, model_lengths
from snapshot.dataset_snapshot import read_snapshot, take_snapshot, write_snapshot
from source.source_splits import Source
from tests.support.memory_rows import memory_rows
from tests.support.preparing import read_source, requested, write_text

DOCUMENT = Path(__file__).parents[3] / "docs" / "data-card.md"
NUMBERS = range(40)
NUMBERS_AS_TEXT = [str(number) for number in NUMBERS]
FILMS = {
    "train": {"text": [f"film {n}" for n in NUMBERS], "label": ["bad", "good", "bad", "bad"] * 10},
    "validation": {"text": ["a", "a", "a b", "a, b"], "label": ["bad", "good", "bad", "good"]},
    "test": {"text": ["film 1", "Film 2.", "c d e"], "label": ["good", "bad", "good"]},
}


def card_of(splits, models=None, **fields):
    raw = {split: memory_rows(columns) for split, columns in splits.items()}
    snapshot = take_snapshot(
        Source("films", None, raw, frozenset()), requested("./a.csv", **fields)
    )
    card = json_value(data_card(snapshot, models or {}))
    # Fails on what JSON cannot hold, and on what it changes.
    assert json.loads(json.dumps(card, allow_nan=False)) == card
    return card


def test_rows_and_copies_are_counted():
    card = card_of(FILMS)
    assert card["given"] == {
        "train": {"rows": 40, "repeated_rows": 0, "empty_rows": 0},
        "validation": {"rows": 4, "repeated_rows": 1, "empty_rows": 0},
        "test": {"rows": 3, "repeated_rows": 0, "empty_rows": 0},
    }
    assert card["leaked_rows"] == {
        "exact": {"train": 1, "validation": 0},
        "normalised": {"train": 2, "validation": 0},
    }
    assert card["dropped_rows"] == {"train": 1, "validation": 0}
    assert card["leaked_rows_left"]["normalised"] == {"train": 1, "validation": 0}
    counts = {
        name: (part["rows"], part["repeated_rows"], part["empty_rows"])
        for name, part in card["splits"].items()
    }
    assert counts == {"train": (39, 0, 0), "validation": (4, 1, 0), "test": (3, 0, 0)}


def test_empty_rows_are_counted_as_given_and_as_used():
    splits = {
        split: {"text": [*rows["text"], "", None], "label": [*rows["label"], "bad", "bad"]}
        for split, rows in FILMS.items()
    }
    card = card_of(splits)
    given = {name: (part["rows"], part["empty_rows"]) for name, part in card["given"].items()}
    assert given == {"train": (42, 2), "validation": (6, 2), "test": (5, 2)}
    used = {name: (part["rows"], part["empty_rows"]) for name, part in card["splits"].items()}
    assert used == {"train": (39, 0), "validation": (4, 0), "test": (5, 2)}
    assert "half_empty_rows" not in card["given"]["train"]


def test_pairs_with_one_empty_text_are_counted():
    texts = FILMS["train"]["text"]
    train = {"text1": [*texts, "a", ""], "text2": [*texts, " ", ""], "label": [0, 1] * 21}
    test = {"text1": ["a", None], "text2": ["", None], "label": [0, 1]}
    card = card_of({"train": train, "test": {**test}})
    counts = [
        (part["empty_rows"], part["half_empty_rows"])
        for part in (card["given"]["train"], card["given"]["test"], card["splits"]["test"])
    ]
    assert counts == [(1, 1), (1, 1), (1, 1)]


def test_every_split_has_its_class_balance():
    splits = card_of(FILMS)["splits"]
    assert splits["train"]["label_rows"] == [
        {"label": "bad", "rows": 30, "share": 30 / 39},
        {"label": "good", "rows": 9, "share": 9 / 39},
    ]
    assert [part["rows"] for part in splits["validation"]["label_rows"]] == [2, 2]


def test_each_of_several_labels_of_a_row_is_counted():
    labels = [[], ["a"], ["a", "b"], ["b"]] * 10
    card = card_of({"train": {"text": FILMS["train"]["text"], "label": labels}})
    together = [0, 0]
    for part in card["splits"].values():
        assert part["labels_per_row"] == pytest.approx(1, abs=0.3)
        assert part["rows_without_label"] > 0
        together = np.add(together, [balance["rows"] for balance in part["label_rows"]]).tolist()
    assert (card["task"], together) == ("multilabel", [20, 20])


def test_a_regression_has_quantiles_of_the_labels():
    scores = [number / 8 for number in NUMBERS]
    train = {"text": FILMS["train"]["text"], "score": scores}
    test = {"text": ["b", "c", "d"], "score": [0.0, 1.0, 5.0]}
    card = card_of({"train": train, "test": test})
    assert (card["task"], card["labels"]) == ("regression", [])
    values = card["splits"]["test"]["label_values"]
    assert (values["mean"], values["p0"], values["p50"], values["p100"]) == (2.0, 0.0, 1.0, 5.0)


def test_words_are_those_of_both_texts_of_a_pair():
    rows = {
        "text1": [f"film {n}" for n in NUMBERS],
        "text2": ["three more words"] * 40,
        "label": [0, 1] * 20,
    }
    card = card_of({"train": rows})
    words = card["splits"]["train"]["words"]
    assert words == dict.fromkeys(("mean", *(f"p{q}" for q in QUANTILES)), 5.0)
    assert card["text_columns"] == ["text1", "text2"]


def test_each_model_has_token_lengths_and_the_share_truncated():
    lengths = {"train": np.arange(101, dtype=np.int32), "test": np.array([8, 9])}
    card = card_of(FILMS, {"bert": model_lengths(lengths, 50)})
    bert = card["models"]["bert"]
    assert bert["max_length"] == 50
    assert bert["splits"]["train"] == {
        "tokens": {
            "mean": 50.0,
            **{f"p{quantile}": float(quantile) for quantile in (0, 5, 25, 50, 75, 95, 99, 100)},
        },
        # 51 to 100; 50 tokens are not cut.
        "truncated_share": 50 / 101,
    }
    assert bert["splits"]["test"]["truncated_share"] == 0.0


def test_a_distribution_has_the_mean_and_the_quantiles():
    assert list(distribution(np.array([1, 2]))) == ["mean", *(f"p{q}" for q in QUANTILES)]


def fields_of(card, prefix=""):
    """Dotted paths; names of splits and candidates as in the document."""
    for name, value in card.items():
        general = {"train": "SPLIT", "validation": "SPLIT", "test": "SPLIT", "bert": "CANDIDATE"}
        path = prefix + general.get(name, name)
        yield path
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict) and "mean" not in inner:
            yield from fields_of(inner, path + ".")


def test_every_field_is_documented_and_no_other():
    model = {"bert": model_lengths({"train": np.array([8, 9])}, 50)}
    several = {"text": FILMS["train"]["text"], "label": [["a"], ["b"]] * 20}
    numbers = {"text": FILMS["train"]["text"], "label": [number / 8 for number in NUMBERS]}
    pairs = {"text1": NUMBERS_AS_TEXT, "text2": NUMBERS_AS_TEXT, "label": [0, 1] * 20}
    kinds = (FILMS["train"], several, numbers, pairs)
    cards = [card_of({"train": rows}, model) for rows in kinds]
    # Only files have lines.
    found = {path for card in cards for path in fields_of(card)} | {"given.SPLIT.lines"}
    documented = set(
        re.findall(r"^\| `([^`]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert documented == found


def test_how_files_and_labels_were_read_is_noted_with_the_lines_of_each_split(tmp_path):
    lines = [
        f"{'<' if n % 9 else chr(34)}film {n}\t{('Good', 'bad', 'good')[n % 3]}" for n in range(60)
    ]
    train = write_text(tmp_path / "a.tsv", "\n".join(["text\tlabel", *lines]).encode("cp1252"))
    request = requested(train, encoding="cp1252")
    snapshot = take_snapshot(read_source(tmp_path, train, encoding="cp1252"), request)
    write_snapshot(snapshot, tmp_path / "snapshot")
    card = data_card(read_snapshot(tmp_path / "snapshot"), {})
    assert (card.given["train"].lines, card.given["train"].rows) == (60, 60)
    quotes, encoding, spelling = card.notes
    assert quotes.startswith("train: a.tsv, line 11")
    assert quotes.endswith("So double quotes were read as ordinary characters.")
    assert encoding == "train: The files were read as cp1252, as the request says."
    assert "'Good' (" in spelling and "'good' (" in spelling


def test_the_request_s_names_of_labels_are_those_of_the_card():
    vectors = {"text": FILMS["train"]["text"], "label": [[0, 1], [1, 1]] * 20}
    card = card_of({"train": vectors}, label_names=["fun", "fear"])
    assert (card["task"], card["labels"]) == ("multilabel", ["fun", "fear"])
    rows = {entry["label"]: entry["share"] for entry in card["splits"]["test"]["label_rows"]}
    assert rows["fear"] == 1.0
    assert "one label for each position: 'fun', 'fear'" in card["notes"][0]
