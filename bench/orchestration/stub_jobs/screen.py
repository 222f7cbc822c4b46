"""A screening job's screening.json, at once."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from made_up import config_of_job, output_folder, quality_of


def main() -> None:
    scores = [_score(each["candidate"]) for each in config_of_job()["models"]]
    (output_folder() / "screening.json").write_text(json.dumps({"scores": scores}))


def _score(candidate: str) -> dict:
    quality = quality_of(candidate)
    return {
        "candidate": candidate,
        "status": "scored",
        "log_loss": 1.5 - quality,
        "log_me": quality - 1.5,
        "layers": "mean",
        "pooling": "mean",
        "seconds": 8.25,
        "cpu_seconds": 15.7,
        "num_tokens": 31_000,
    }


if __name__ == "__main__":
    main()
