"""The method zeroshot, in the way that suits the model."""

from transformers import set_seed

from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.trained import Trained
from job.training_config import TrainingConfig
from model.entailment_head import entailment_output
from zeroshot.entailment import zero_shot_by_entailment
from zeroshot.similarity import zero_shot_by_similarity


def zero_shot(
    config: TrainingConfig, folders: JobFolders, clock: PhaseClock, *, allow_remote_code: bool
) -> Trained:
    """Run the job; ends the clock's phases load and train."""
    # Weights that are missing in the snapshot, such as a pooler's, are drawn at random.
    set_seed(config.seed)
    entailment = entailment_output(folders.model)
    if entailment is not None:
        return zero_shot_by_entailment(
            config, folders, clock, entailment, allow_remote_code=allow_remote_code
        )
    return zero_shot_by_similarity(config, folders, clock, allow_remote_code=allow_remote_code)
