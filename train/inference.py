"""Answers the questions to a SageMaker endpoint with the saved model in whose folder this is.

SageMaker's serving toolkits, sagemaker-inference and that of Hugging Face's images, find this
module in the folder `code` of a model's archive, and call its functions by their names. Texts are
cut, tokenised and answered as by predict.py.
"""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING

from sagemaker_inference.errors import BaseInferenceToolkitError

from prediction.endpoint_messages import (
    BadQuestionError,
    answer_kind,
    answer_text,
    question_of,
)

if TYPE_CHECKING:
    from prediction.saved_folder import SavedModel

REMOTE_CODE_VARIABLE = "BAKEOFF_ALLOW_REMOTE_CODE"
"""`true`: the model may run code of its own."""


class RefusedQuestion(BaseInferenceToolkitError):  # noqa: N818 - it is the toolkit's kind of error
    """Becomes the answer 400, with the message."""

    def __init__(self, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, message, message)

    def __str__(self) -> str:
        return str(self.message)


def model_fn(model_dir: str) -> "SavedModel":
    """The model, once for all questions. Raises FolderError if there is none that can be used."""
    from predict import load

    allowed = os.environ.get(REMOTE_CODE_VARIABLE, "") == "true"
    return load(model_dir, allow_remote_code=allowed)


def transform_fn(
    model: "SavedModel", body: bytes | str, content_type: str | None, accept: str | None
) -> str:
    """The answers, in the content type `accept`. Raises RefusedQuestion."""
    try:
        kind = answer_kind(accept)
        rows = question_of(body, content_type, is_pair=model.is_pair)
    except BadQuestionError as error:
        raise RefusedQuestion(str(error)) from error
    return answer_text(model.task, model.answers(rows), kind)
