"""The folders of a training job's inputs and outputs, as SageMaker's in-container toolkit sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class JobFolders:
    """The folders of one training job."""

    channels: Path
    """Has a folder for each input channel, by its name."""
    config: Path
    dataset: Path
    """The rows as texts, for baselines."""
    tokenised: Path
    """The rows as the model's tokens, for models."""
    model: Path
    sample: Path
    """Some test rows as texts, to measure with."""
    trained_model: Path
    """Becomes model.tar.gz."""
    output: Path
    """Becomes output.tar.gz."""
    checkpoints: Path
    """Synchronised with S3 while the job runs, and restored when another attempt starts."""
    failure: Path
    """The file whose text becomes the job's FailureReason."""
    resources: Path
    """The file in which SageMaker describes the instance."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "JobFolders":
        """SM_* are the toolkit's variables; SAGEMAKER_BASE_DIR moves /opt/ml."""
        base = Path(environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
        channels = base / "input" / "data"

        def folder(variable: str, default: Path) -> Path:
            return Path(environ.get(variable, default))

        return cls(
            channels=channels,
            config=folder("SM_CHANNEL_CONFIG", channels / "config"),
            dataset=folder("SM_CHANNEL_DATASET", channels / "dataset"),
            tokenised=folder("SM_CHANNEL_TOKENISED", channels / "tokenised"),
            model=folder("SM_CHANNEL_MODEL", channels / "model"),
            sample=folder("SM_CHANNEL_SAMPLE", channels / "sample"),
            trained_model=folder("SM_MODEL_DIR", base / "model"),
            output=folder("SM_OUTPUT_DATA_DIR", base / "output" / "data"),
            checkpoints=base / "checkpoints",
            failure=folder("SM_OUTPUT_DIR", base / "output") / "failure",
            resources=base / "input" / "config" / "resourceconfig.json",
        )
