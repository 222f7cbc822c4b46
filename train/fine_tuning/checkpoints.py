"""The Trainer's checkpoints; an interrupted job resumes from the last usable one."""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from fine_tuning.progress import Progress
from job.training_report import epoch_history

STATE_FILE = "trainer_state.json"
# The weights of the model, or of the adapters that lora adds.
WEIGHTS_FILES = ("model.safetensors", "adapter_model.safetensors")
# Written by torch.save, so each is a zip archive.
TORCH_FILES = ("optimizer.pt", "scheduler.pt", "rng_state.pth")

_KEPT = 2


class OlderCheckpoints(TrainerCallback):
    """Removes checkpoints when a newer one is whole, and keeps the best, the newest, and two at
    least.

    The Trainer's own rotation comes before the callbacks that complete the newest checkpoint. A job
    that is killed between the two would go on from the best one, many epochs earlier.
    """

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        best = Path(state.best_model_checkpoint or "").name
        newest_first = _newest_first(Path(args.output_dir or ""))
        kept = [each for each in newest_first if each == newest_first[0] or each.name == best]
        others = [each for each in newest_first if each not in kept]
        for checkpoint in others[max(_KEPT - len(kept), 0) :]:
            shutil.rmtree(checkpoint, ignore_errors=True)


def resumable_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that a job can resume from, made ready for it; None if there is none.

    A checkpoint is usable if it and the best checkpoint that it refers to are complete. Newer ones
    are removed, because the job writes them again.
    """
    for checkpoint in _newest_first(folder):
        best = _best_of(checkpoint)
        if _is_whole(checkpoint) and (best is None or _is_whole(best)):
            _note_best(checkpoint, best)
            return checkpoint
        shutil.rmtree(checkpoint)
    return None


def epochs_at(checkpoint: Path) -> list[dict[str, float]]:
    """The epochs before a usable checkpoint, as in metrics.json's history."""
    return epoch_history((_state(checkpoint) or {}).get("log_history", []))


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*"), key=_step, reverse=True)


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _is_whole(checkpoint: Path) -> bool:
    try:
        Progress.read(checkpoint)
    except (OSError, ValueError, TypeError):
        return False
    return (
        any(_is_whole_safetensors(checkpoint / name) for name in WEIGHTS_FILES)
        and _state(checkpoint) is not None
        and all(zipfile.is_zipfile(checkpoint / name) for name in TORCH_FILES)
    )


def _is_whole_safetensors(path: Path) -> bool:
    try:
        with safe_open(path, framework="pt"):
            return True
    except (OSError, SafetensorError):
        return False


def _state(checkpoint: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads((checkpoint / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state


def _best_of(checkpoint: Path) -> Path | None:
    """The best checkpoint so far, in the same folder; the stored path is of another container."""
    noted = (_state(checkpoint) or {}).get("best_model_checkpoint")
    return None if noted is None else checkpoint.parent / Path(noted).name


def _note_best(checkpoint: Path, best: Path | None) -> None:
    """Correct the stored path; otherwise the Trainer would silently keep the last weights."""
    state = _state(checkpoint)
    if state is None or best is None or state["best_model_checkpoint"] == str(best):
        return
    state["best_model_checkpoint"] = str(best)
    new_file = checkpoint / f"{STATE_FILE}.new"
    new_file.write_text(json.dumps(state, indent=2), encoding="utf-8")
    os.replace(new_file, checkpoint / STATE_FILE)
