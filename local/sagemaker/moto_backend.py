"""Forwards requests to moto: experiments, trials, tags and the rest of SageMaker."""

from moto.core.request import Request
from moto.sagemaker.responses import SageMakerResponse

from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError


def forward(operation: str, scope: Scope, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """moto's response to a request, in the account and region of the caller.

    Raises:
        ApiError: moto does not support the operation.
    """
    url = f"https://sagemaker.{scope.region}.amazonaws.com/"
    # moto reads the region of a request from its signature's scope.
    credential = f"{scope.account}/20200101/{scope.region}/sagemaker/aws4_request"
    headers = {
        "X-Amz-Target": f"SageMaker.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Moto-Account-Id": scope.account,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0",
    }
    request = Request.from_primitives("POST", url, headers, body)
    try:
        _, answer_headers, content = SageMakerResponse.dispatch(request, url, request.headers)
    except NotImplementedError as error:
        message = f"The local cloud does not support the operation {operation}"
        raise ApiError("UnknownOperationException", message) from error
    # moto returns the status among the headers.
    kept = {str(name): str(value) for name, value in answer_headers.items()}
    status = int(kept.pop("status", 200))
    return status, kept, content if isinstance(content, bytes) else str(content).encode()
