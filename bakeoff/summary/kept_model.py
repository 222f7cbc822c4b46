"""The trained models that a run keeps."""

from bakeoff.summary.part import Part


class KeptModel(Part):
    """A trained model that is kept with the results."""

    candidate: str
    seed: int
    """Of its seeds, the best by the main metric on validation."""
    file: str
    """The archive, below the folder of the run's own results."""
    package_arn: str | None = None
    """Of its package in SageMaker's Model Registry; None: it has none."""
    package_problem: str | None = None
    """Why it could not be registered, where that was wanted."""
