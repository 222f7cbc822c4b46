"""Makes the data card: what readers should know about the rows before they trust a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.data_card import (
    DataCard,
    GivenSplit,
    LabelRows,
    LeakedRows,
    ModelLengths,
    TokenLengths,
    UsedSplit,
)
from labelling.labels import Labels
from snapshot.dataset_snapshot import Snapshot, Split

QUANTILES = (0, 5, 25, 50, 75, 95, 99, 100)
"""In per cent."""


def data_card(snapshot: Snapshot, models: Mapping[str, ModelLengths]) -> DataCard:
    """Counts over the given and the used rows; `models` are by candidate."""
    labels, copies = snapshot.labels, snapshot.copies
    return DataCard(
        fingerprint=snapshot.fingerprint,
        text_columns=snapshot.text_columns,
        label_columns=snapshot.label_columns,
        notes=snapshot.notes,
        task=labels.task,
        task_reason=labels.task_reason,
        labels=labels.names,
        positive_label=labels.positive,
        given={split: _given(snapshot, split) for split in snapshot.given.rows},
        leaked_rows=LeakedRows(**copies.leaked),
        dropped_rows=copies.dropped,
        splits={name: _split(rows, labels) for name, rows in snapshot.splits.items() if len(rows)},
        leaked_rows_left=LeakedRows(**copies.leaked_left),
        models=dict(models),
    )


def model_lengths(lengths: Mapping[str, NDArray[np.int32]], max_length: int) -> ModelLengths:
    """How long the rows are for one model.

    Args:
        lengths: by split, the tokens of each row before truncation, (rows,).
        max_length: tokens after which a row is cut.
    """
    splits = {
        split: TokenLengths(distribution(tokens), float((tokens > max_length).mean()))
        for split, tokens in lengths.items()
        if len(tokens)
    }
    return ModelLengths(max_length, splits)


def _given(snapshot: Snapshot, split: str) -> GivenSplit:
    given, is_pair = snapshot.given, len(snapshot.text_columns) > 1
    return GivenSplit(
        rows=given.rows[split],
        lines=snapshot.lines.get(split),
        repeated_rows=snapshot.copies.repeated[split],
        empty_rows=given.empty[split],
        half_empty_rows=given.half_empty[split] if is_pair else None,
    )


def _split(rows: Split, labels: Labels) -> UsedSplit:
    texts = list(zip(rows.texts, rows.text_pairs or rows.texts, strict=True))
    num_empty = [(not first.strip()) + (not second.strip()) for first, second in texts]
    words = np.array([_num_words(first) for first in rows.texts])
    if rows.text_pairs is not None:
        words += np.array([_num_words(second) for second in rows.text_pairs])
    return UsedSplit(
        rows=len(rows),
        repeated_rows=len(texts) - len(set(texts)),
        empty_rows=num_empty.count(2),
        half_empty_rows=None if rows.text_pairs is None else num_empty.count(1),
        words=distribution(words),
        **_labels(rows, labels),
    )


def _num_words(text: str) -> int:
    return len(text.split())


def _labels(rows: Split, labels: Labels) -> dict[str, Any]:
    """How often each label occurs; in a regression the distribution of the numbers."""
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


def _balance(classes: NDArray[np.int64], names: Sequence[str], rows: int) -> list[LabelRows]:
    counts = np.bincount(classes, minlength=len(names)).tolist()
    return [LabelRows(name, count, count / rows) for name, count in zip(names, counts, strict=True)]


def distribution(numbers: NDArray[Any]) -> dict[str, float]:
    """The mean, and the QUANTILES as p0 to p100."""
    values = np.percentile(numbers, QUANTILES).tolist()
    named = {f"p{quantile}": value for quantile, value in zip(QUANTILES, values, strict=True)}
    return {"mean": float(np.mean(numbers)), **named}
