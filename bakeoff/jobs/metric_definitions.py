"""How SageMaker finds the metrics in the lines that a training job prints.

The job prints one line per evaluation, `bakeoff split=validation epoch=1 train_loss=0.51
loss=0.34 accuracy=0.91 ...`; each definition extracts one number from such a line.
"""

from collections.abc import Sequence

from bakeoff.metrics import METRIC_NAMES, METRICS_OF, Task

_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def metric_definitions(task: Task) -> list[dict[str, str]]:
    """For AlgorithmSpecification.MetricDefinitions, which SageMaker limits to 40."""
    return _definitions(METRICS_OF[task])


def all_metric_definitions() -> list[dict[str, str]]:
    """The definitions of all tasks, to read the lines of a job whose task is unknown."""
    return _definitions(METRIC_NAMES)


def _definitions(names: Sequence[str]) -> list[dict[str, str]]:
    return [
        _definition("train:loss", "validation", "train_loss"),
        *(_definition(f"validation:{name}", "validation", name) for name in names),
        _definition("validation:epoch", "validation", "epoch"),
        *(_definition(f"test:{name}", "test", name) for name in names),
    ]


def _definition(metric: str, split: str, key: str) -> dict[str, str]:
    # The space before the key keeps loss from matching train_loss.
    return {"Name": metric, "Regex": rf"^bakeoff split={split} (?:.* )?{key}={_NUMBER}"}
