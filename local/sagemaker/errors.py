"""Errors in the form of SageMaker's API."""


class ApiError(Exception):
    """An error response of the API; `code` is AWS's error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class AccessDeniedError(ApiError):
    """The caller's policies do not allow the call."""

    def __init__(self, message: str) -> None:
        super().__init__("AccessDeniedException", message)


def validation_error(message: str) -> ApiError:
    """The request is malformed or names something that does not exist."""
    return ApiError("ValidationException", message)


class JobFailure(Exception):  # noqa: N818 - SageMaker's word
    """The job ends as Failed, with this text as its FailureReason."""
