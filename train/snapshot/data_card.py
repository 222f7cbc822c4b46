"""The data card: it describes the rows, to judge how far a comparison on them can be trusted."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelling.labels import Labels
from snapshot.dataset_snapshot import Snapshot, Split

SCHEMA_VERSION = 1
QUANTILES = (0, 5, 25, 50, 75, 95, 99, 100)


def data_card(snapshot: Snapshot, models: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The content of data.json; docs/data-card.md describes every field.

    Args:
        models: for each candidate with a model its `max_length` in tokens, and its `lengths`: for
            each split the number of tokens of each row before truncation, (rows,).
    """
    labels = snapshot.labels
    return {
        "schema_version": SCHEMA_VERSION,
        "fingerprint": snapshot.fingerprint,
        "text_columns": snapshot.text_columns,
        "label_columns": snapshot.label_columns,
        "task": labels.task,
        "task_reason": labels.task_reason,
        "labels": labels.names,
        "positive_label": labels.positive,
        "given": {split: _given(snapshot, split) for split in snapshot.given.rows},
        "leaked_rows": snapshot.copies.leaked,
        "dropped_rows": snapshot.copies.dropped,
        "splits": {name: _split(rows, labels) for name, rows in snapshot.splits.items()},
        "leaked_rows_left": snapshot.copies.leaked_left,
        "models": {
            candidate: _model(model["lengths"], model["max_length"])
            for candidate, model in models.items()
        },
    }


def _given(snapshot: Snapshot, split: str) -> dict[str, Any]:
    given, is_pair = snapshot.given, len(snapshot.text_columns) > 1
    return {
        "rows": given.rows[split],
        "repeated_rows": snapshot.copies.repeated[split],
        "empty_rows": given.empty[split],
        **({"half_empty_rows": given.half_empty[split]} if is_pair else {}),
    }


def _split(rows: Split, labels: Labels) -> dict[str, Any]:
    texts = list(zip(rows.texts, rows.text_pairs or rows.texts, strict=True))
    num_empty = [(not first.strip()) + (not second.strip()) for first, second in texts]
    words = np.array([_num_words(first) for first in rows.texts])
    if rows.text_pairs is not None:
        words += np.array([_num_words(second) for second in rows.text_pairs])
    return {
        "rows": len(rows),
        "repeated_rows": len(texts) - len(set(texts)),
        "empty_rows": num_empty.count(2),
        **({} if rows.text_pairs is None else {"half_empty_rows": num_empty.count(1)}),
        "words": distribution(words),
        **_labels(rows, labels),
    }


def _num_words(text: str) -> int:
    return len(text.split())


def _labels(rows: Split, labels: Labels) -> dict[str, Any]:
    """The frequency of each label; for a regression the distribution of the numbers."""
    if not labels.names:
        return {"label_values": distribution(np.asarray(rows.labels))}
    if not isinstance(rows.labels, list):
        return {"label_rows": _balance(rows.labels.astype(np.int64), labels.names, len(rows))}
    sizes = np.array([len(row) for row in rows.labels])
    every = np.array([label for row in rows.labels for label in row], dtype=np.int64)
    return {
        "label_rows": _balance(every, labels.names, len(rows)),
        "labels_per_row": float(sizes.mean()),
        "rows_without_label": int((sizes == 0).sum()),
    }


def _balance(classes: NDArray[np.int64], names: Sequence[str], rows: int) -> list[dict[str, Any]]:
    counts = np.bincount(classes, minlength=len(names)).tolist()
    return [
        {"label": name, "rows": count, "share": count / rows}
        for name, count in zip(names, counts, strict=True)
    ]


def _model(lengths: Mapping[str, NDArray[np.int32]], max_length: int) -> dict[str, Any]:
    return {
        "max_length": max_length,
        "splits": {
            split: {
                "tokens": distribution(tokens),
                "truncated_share": float((tokens > max_length).mean()),
            }
            for split, tokens in lengths.items()
        },
    }


def distribution(numbers: NDArray[Any]) -> dict[str, float]:
    """The mean, and the quantiles of QUANTILES (in per cent) as p0 to p100."""
    values = np.percentile(numbers, QUANTILES).tolist()
    named = {f"p{quantile}": value for quantile, value in zip(QUANTILES, values, strict=True)}
    return {"mean": float(np.mean(numbers)), **named}
