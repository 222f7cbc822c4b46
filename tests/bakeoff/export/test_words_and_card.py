"""What people read about an exported model."""

import pytest

from bakeoff.card.markdown import table
from bakeoff.export.card import exported_card
from bakeoff.export.document import Export, Measured
from bakeoff.export.tables import HEADERS, cells
from bakeoff.export.words import sentences

_GAP = "\N{NO-BREAK SPACE}"
ORIGINAL = """---
pipeline_tag: "text-classification"
library_name: "transformers"
base_model: "bert-base-uncased"
metrics: ["f1"]
tags: ["bakeoff", "full"]
model-index: [{"name": "films", "results": []}]
---

# films

A model for binary classification.

## Use

pipeline("text-classification")

## Scores

| metric | |

## Limits

- Few rows.
"""


def export(low=-0.004, high=0.002, *, is_small=True, is_worse=False, other=0.005, num_rows=1066):
    speed = {"num_bytes": 90_000_000, "rows_per_second": 100.0}
    speed |= {"latency_p50_seconds": 0.010, "latency_p95_seconds": 0.020}
    faster = {"num_bytes": 23_000_000, "rows_per_second": 250.0}
    faster |= {"latency_p50_seconds": 0.004, "latency_p95_seconds": 0.005}
    quality = {
        "metric": "f1",
        "original": 0.85,
        "exported": 0.849,
        "difference": -0.001,
        "interval": {"low": low, "high": high},
        "confidence": 0.95,
        "other_answers": other,
        "small_loss": 0.01,
        "is_small": is_small,
        "is_worse": is_worse,
    }
    measured = Measured.model_validate(
        {
            "rows": "the rows of [x](y).csv",
            "num_rows": num_rows,
            "quality": quality,
            "speed": {
                "device": "a processor",
                "runtime": "onnxruntime 1.32.0",
                "batch_rows": 64,
                "latency_rows": 200,
                "original": speed,
                "exported": faster,
            },
        }
    )
    return Export(precision="int8", measured=measured)


def test_the_document_survives_its_file():
    assert Export.from_json(export().to_json()) == export()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (export(), "A loss of 0.01 in F1 or more is excluded on 1,066 rows (95"),
        (export(-0.03, is_small=False), "A loss of 0.01 in F1 cannot be excluded"),
        (export(-0.005, -0.001, is_worse=True), "worse than the original's, but by less than 0.01"),
        (
            export(-0.05, -0.02, is_small=False, is_worse=True),
            "Its F1 is worse than the original's",
        ),
        (
            export(0.0, 0.0, is_small=False, other=0.0, num_rows=90),
            "No answer differs on 90 rows, but they are too few",
        ),
    ],
)
def test_the_ground_is_said(found, words):
    assert words in sentences(found)[0]


def test_speed_and_size_stand_beside_the_loss():
    assert "2.5 times the speed" in sentences(export())[1]
    assert "0.26 times its size" in sentences(export())[1]
    rows = dict((row[0], row[1:]) for row in cells(export().measured))
    assert rows["F1"] == ("0.850", "0.849", "−0.001")
    assert rows["one row, median"] == (
        "10.0\N{NO-BREAK SPACE}ms",
        "4.00\N{NO-BREAK SPACE}ms",
        "× 0.4",
    )


def test_what_was_not_measured_is_said():
    (said,) = sentences(Export(precision="fp32"))

    assert "was not measured" in said


def test_the_table_fits_eighty_columns():
    widths = [
        max(map(len, column)) for column in zip(HEADERS, *cells(export().measured), strict=True)
    ]

    assert sum(widths) + 3 * len(widths) <= 80


def test_the_card_is_that_of_the_original_with_the_export_first():
    card = exported_card(ORIGINAL, export(), is_pair=False)

    head, body = card.removeprefix("---\n").split("\n---\n")
    assert 'library_name: "onnx"' in head
    assert 'tags: ["bakeoff", "full", "onnx"]' in head
    assert 'base_model: "bert-base-uncased"' in head
    # They would claim for this model what was measured of another one.
    assert "model-index" not in head
    assert "metrics" not in head
    headings = [line for line in body.splitlines() if line.startswith("#")]
    assert headings == [
        "# films",
        "## Exported to ONNX",
        "## Use",
        "## Scores of the original",
        "## Limits",
    ]
    assert "pipeline(" not in body
    assert table(["", "original", "exported", "difference"], [])[0] in body
    assert "[x](y)" not in body


def test_without_a_card_of_the_original_there_is_one_of_the_export():
    card = exported_card("", Export(precision="fp32"), is_pair=True)

    assert "## Exported to ONNX" in card
    assert '["a text", "another text"]' in card
    assert "was not measured" in card
