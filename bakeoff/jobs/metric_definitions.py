"""How SageMaker finds the metrics in what a training job prints.

The job prints one line per evaluation, `bakeoff split=validation epoch=1 train_loss=0.51
loss=0.34 accuracy=0.91 ...`; each definition takes one number out of such a line.
"""

from collections.abc import Sequence

from bakeoff.metrics import METRIC_NAMES, METRICS_OF, Task

_NUMBER = r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def metric_definitions(task: Task) -> list[dict[str, str]]:
    """For AlgorithmSpecification.MetricDefinitions; SageMaker accepts at most 40."""
    return _definitions(METRICS_OF[task])


def all_metric_definitions() -> list[dict[str, str]]:
    """Those of all tasks, for who reads a job's lines without knowing its task."""
    return _definitions(METRIC_NAMES)


def _definitions(names: Sequence[str]) -> list[dict[str, str]]:
    return [
        _definition("train:loss", "validation", "train_loss"),
        *(_definition(f"validation:{name}", "validation", name) for name in names),
        _definition("validation:epoch", "validation", "epoch"),
        *(_definition(f"test:{name}", "test", name) for name in names),
    ]


def _definition(metric: str, split: str, key: str) -> dict[str, str]:
    # The key follows a space, so that loss is not found in train_loss.
    return {"Name": metric, "Regex": rf"^bakeoff split={split} (?:.* )?{key}={_NUMBER}"}
