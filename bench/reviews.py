"""Film reviews as tokenised rows: real ones if available, otherwise made-up ones."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from transformers import AutoTokenizer

from bench.candidate import minilm_folder
from scoring.task import Task
from training_data.tokenised_rows import TokenisedRows

TASK = Task("binary", ("neg", "pos"), 1)

# The length of IMDB's reviews in MiniLM's tokens: median, and deviation of the logarithm.
_MEDIAN_TOKENS = 230
_LOG_SPREAD = 0.65
# The share of a made-up review's tokens that depend on its label.
_INFORMATIVE_SHARE = 0.02


def prepared_reviews(
    dataset: Path | None, folder: Path, rows: dict[str, int], max_length: int, seed: int = 0
) -> dict[str, TokenisedRows]:
    """That many unpadded rows of each split; `dataset` holds train and test as Parquet."""
    prepared = {}
    for split, count in rows.items():
        chance = np.random.default_rng([seed, len(split)])
        ids, labels = (
            _made_up(count, max_length, chance)
            if dataset is None
            else _real(_parquet(dataset, split), count, max_length, chance)
        )
        path = folder / f"{split}.parquet"
        columns = {"id": range(count), "input_ids": ids, "label": labels}
        pq.write_table(pa.table(columns), path)
        prepared[split] = TokenisedRows(path, TASK)
    return prepared


def _parquet(dataset: Path, split: str) -> Path:
    return next(path for path in sorted(dataset.glob("*.parquet")) if split in path.name)


def _real(
    path: Path, count: int, max_length: int, chance: np.random.Generator
) -> tuple[list[list[int]], list[int]]:
    table = pq.read_table(path, columns=["text", "label"])
    drawn = table.take(pa.array(chance.permutation(len(table))[:count]))
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    texts = drawn["text"].to_pylist()
    return (
        tokenizer(texts, truncation=True, max_length=max_length)["input_ids"],
        drawn["label"].to_pylist(),
    )


def _made_up(
    count: int, max_length: int, chance: np.random.Generator
) -> tuple[list[list[int]], list[int]]:
    median = min(_MEDIAN_TOKENS, max_length / 2)
    lengths = chance.lognormal(np.log(median), _LOG_SPREAD, count)
    labels = chance.integers(0, 2, count)
    rows = []
    for length, label in zip(lengths.clip(8, max_length).astype(int), labels, strict=True):
        tokens = chance.integers(2000, 30000, length)
        telling = chance.random(length) < _INFORMATIVE_SHARE
        tokens[telling] = 1100 + 50 * label + chance.integers(0, 50, telling.sum())
        rows.append([101, *tokens[1:-1].tolist(), 102])
    return rows, labels.tolist()
