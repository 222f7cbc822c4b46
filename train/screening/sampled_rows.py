"""The rows on which models are screened: the same for all models of all jobs of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from scoring.task import Task
from snapshot.stratified import strata_of, stratified_draw


@dataclass(frozen=True)
class SampledRows:
    """Rows of one split, in the order of the file."""

    texts: Sequence[Sequence[str]]
    """Of each row, its text or its two texts."""
    labels: NDArray[Any]
    """In the shape described in Task."""
    strata: NDArray[np.int64]
    """(rows,): a stratified draw takes the same share of each."""

    def __len__(self) -> int:
        return len(self.texts)


def sampled_rows(path: Path, task: Task, most: int, seed: int) -> SampledRows:
    """Draw at most `most` rows from SPLIT.parquet, stratified by label."""
    # The texts of all rows may be large.
    labels = pq.read_table(path, columns=["label"])["label"]
    strata = strata_of(labels.to_pylist() if task.is_multilabel else task.labels_from(labels))
    drawn = np.arange(len(strata))
    if len(strata) > most:
        drawn, _ = stratified_draw(strata, most, np.random.default_rng(seed))
    columns = [name for name in ("text", "text_pair") if name in pq.read_schema(path).names]
    table = pq.read_table(path, columns=columns).take(drawn)
    texts = list(zip(*(table[name].to_pylist() for name in columns), strict=True))
    return SampledRows(texts, task.labels_from(labels.take(drawn)), strata[drawn])
