"""A task: the form of its labels, the outputs that a model needs, and how they are scored."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scoring.decision_threshold import best_threshold
from scoring.scores import (
    CLASSIFICATION_METRICS,
    MULTILABEL_METRICS,
    OF_LIKELIHOODS,
    REGRESSION_METRICS,
    classification_scores,
    multilabel_scores,
    regression_scores,
)
from scoring.temperature import best_temperature

if TYPE_CHECKING:
    import pyarrow as pa

CLASSIFICATION = ("binary", "multiclass")
MULTILABEL = "multilabel"
REGRESSION = "regression"


@dataclass(frozen=True)
class Task:
    """A kind of task with its labels. The arrays, for R rows and L labels:

    - binary, multiclass: (R,) int64, the class's number; logits (R, L)
    - multilabel: (R, L) float32, 1 where the row has the label; logits (R, L)
    - regression: (R,) float64; the logits are the predicted numbers, (R,)
    """

    kind: str
    labels: tuple[str, ...]
    """In the order of their numbers; empty for regression."""
    positive_index: int | None
    """The class that F1, precision and recall are computed for; None: their mean over classes."""

    @property
    def is_classification(self) -> bool:
        """Whether each row has exactly one of the labels."""
        return self.kind in CLASSIFICATION

    @property
    def is_multilabel(self) -> bool:
        return self.kind == MULTILABEL

    @property
    def is_regression(self) -> bool:
        return self.kind == REGRESSION

    @property
    def num_outputs(self) -> int:
        """Number of outputs of a model's head."""
        return 1 if self.is_regression else len(self.labels)

    @property
    def problem_type(self) -> str:
        """The name by which a model of the transformers library chooses its loss."""
        if self.is_regression:
            return "regression"
        return "multi_label_classification" if self.is_multilabel else "single_label_classification"

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the scores, in the order in which they are printed."""
        if self.is_regression:
            return REGRESSION_METRICS
        return MULTILABEL_METRICS if self.is_multilabel else CLASSIFICATION_METRICS

    @property
    def answer_metrics(self) -> tuple[str, ...]:
        """Those that follow from answers alone, without how likely each is."""
        of_likelihoods = () if self.is_regression else OF_LIKELIHOODS
        return tuple(name for name in self.metrics if name not in of_likelihoods)

    def model_arguments(self) -> dict[str, Any]:
        """Arguments of from_pretrained for a head with the right size, loss and names."""
        names = self.labels or ("value",)
        return {
            "num_labels": self.num_outputs,
            "id2label": dict(enumerate(names)),
            "label2id": {name: index for index, name in enumerate(names)},
            "problem_type": self.problem_type,
        }

    def labels_from(self, column: "pa.Array | pa.ChunkedArray") -> NDArray[Any]:
        """The label column of a Parquet file as an array (see above)."""
        if self.is_classification:
            return np.asarray(column.to_numpy(), dtype=np.int64)
        if self.is_regression:
            return np.asarray(column.to_numpy(), dtype=np.float64)
        multi_hot = np.zeros((len(column), len(self.labels)), dtype=np.float32)
        for row, classes in enumerate(column.to_pylist()):
            multi_hot[row, classes] = 1.0
        return multi_hot

    def logits_from(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """A head's outputs, (rows, num_outputs), in the shape that is scored and stored."""
        return outputs.reshape(len(outputs)) if self.is_regression else outputs

    def threshold(self, logits: NDArray[Any], labels: NDArray[Any]) -> float | None:
        """The best threshold on these validation rows; None for tasks without a threshold."""
        if not self.is_multilabel or not np.isfinite(logits).all():
            return None
        return best_threshold(logits, labels)

    def temperature(self, logits: NDArray[Any], labels: NDArray[Any]) -> float | None:
        """The best temperature on these validation rows; None without rows, and in a regression,
        which has no probabilities."""
        if self.is_regression or not len(labels) or not np.isfinite(logits).all():
            return None
        return best_temperature(logits, labels)

    def scores(
        self, logits: NDArray[Any], labels: NDArray[Any], threshold: float | None = None
    ) -> dict[str, float]:
        """The task's metrics; all are NaN if any logit is not finite.

        Args:
            logits: as described above, or a regression's outputs (rows, 1).
            labels: as described above.
            threshold: of a multi-label task, chosen on validation by `threshold`.
        """
        logits = self.logits_from(logits)
        if not np.isfinite(logits).all():
            return dict.fromkeys(self.metrics, float("nan"))
        if self.is_regression:
            return regression_scores(logits, labels)
        if self.is_classification:
            return classification_scores(logits, labels, self.positive_index)
        if threshold is None:
            raise ValueError("a multi-label task is scored with the threshold of validation")
        return multilabel_scores(logits, labels, threshold)

    def validation_scores(self, logits: NDArray[Any], labels: NDArray[Any]) -> dict[str, float]:
        """The task's metrics and, in a multi-label task, the `threshold` chosen on these rows."""
        threshold = self.threshold(logits, labels)
        scores = self.scores(logits, labels, threshold)
        return scores if threshold is None else {**scores, "threshold": threshold}
