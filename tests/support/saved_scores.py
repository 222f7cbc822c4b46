"""The scores of a saved model, computed independently of the job."""

import torch
from transformers import PreTrainedModel

from job import hardware
from scoring.scores import classification_scores
from scoring.task import Task
from tests.support.tiny_job import TinyJob
from training_data.tokenised_rows import TokenisedRows

BINARY = Task("binary", ("bad", "good"), positive_index=1)


def scores_of(model: PreTrainedModel, job: TinyJob, split: str) -> dict[str, float]:
    """Row by row, so without any padding, in the job's own arithmetic."""
    rows = TokenisedRows(job.tokenised / f"{split}.parquet", BINARY)
    narrow = hardware.precision() == "bf16"
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=narrow):
        logits = [
            model(**{name: torch.tensor([values]) for name, values in row.items()}).logits[0]
            for row in map(rows.__getitem__, range(len(rows)))
        ]
    return classification_scores(torch.stack(logits).float().numpy(), rows.labels, 1)
