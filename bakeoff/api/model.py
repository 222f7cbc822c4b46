"""A trained model, as a Python object."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bakeoff.client.prediction_process import PredictionProcess
from bakeoff.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Answer = str | list[str] | float
"""A label, the labels of a multi-label task, or the number of a regression."""
Text = str | Sequence[str]
"""A text or, where the model compares two, both of them."""


class Model:
    """A trained model in a folder; it is loaded with its first question, and stays so.

    It is a context manager; otherwise it is unloaded by `close`, or at the end of the program.

    Attributes:
        folder: where it is.
    """

    def __init__(self, folder: "str | Path", *, allow_remote_code: bool = False) -> None:
        """
        Args:
            folder: what `bakeoff model` or `Comparison.model` has written. Its code runs on this
                machine.
            allow_remote_code: whether code of the model's authors may run, too.
        """
        self.folder = Path(folder)
        self._allow_remote_code = allow_remote_code
        self._process: PredictionProcess | None = None

    def predict(self, texts: Sequence[Text]) -> list[Answer]:
        """The answer for each text, as the run scored it. Raises ModelError."""
        return list(self._ask(texts)["given"])

    def predict_proba(self, texts: Sequence[Text]) -> "NDArray[np.float64]":
        """(texts, labels) the probability of each label, in the order of `labels`; temperature
        applied. Raises ModelError, also for a regression, which has none."""
        import numpy as np

        answer = self._ask(texts)
        if answer["probabilities"] is None:
            raise ModelError("A regression has no probabilities: use predict.")
        return np.asarray(answer["probabilities"], dtype=np.float64).reshape(
            len(texts), len(self.labels)
        )

    @property
    def labels(self) -> list[str]:
        """In the order of the probabilities; empty for a regression."""
        return list(self._loaded().about["labels"])

    @property
    def task(self) -> str:
        """binary, multiclass, multilabel or regression."""
        return str(self._loaded().about["task"])

    def close(self) -> None:
        """Unload it; the next question loads it again."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Model in {self.folder}>"

    def _ask(self, texts: Sequence[Text]) -> dict[str, Any]:
        if isinstance(texts, str):
            raise TypeError("give a list of texts, not one text")
        rows = [[text] if isinstance(text, str) else list(text) for text in texts]
        return self._loaded().ask(rows)

    def _loaded(self) -> PredictionProcess:
        if self._process is None:
            self._process = PredictionProcess(
                self.folder, allow_remote_code=self._allow_remote_code
            )
        return self._process
