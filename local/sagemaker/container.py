"""What a job sees in its container: its environment, and a folder in place of /opt/ml."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from local.sagemaker import bedrock

CONTAINER_ROOT = "/opt/ml"

# A job inherits the variables that locate programs and certificates, and no other settings.
_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)
# The user's access to the hub; on AWS it comes from Secrets Manager and the settings.
_HUB_ACCESS = ("HF_TOKEN", "HF_ENDPOINT")


def relocate(text: str, base: Path) -> str:
    """Replace a leading /opt/ml by the folder that takes its place."""
    if text == CONTAINER_ROOT or text.startswith(f"{CONTAINER_ROOT}/"):
        return str(base) + text.removeprefix(CONTAINER_ROOT)
    return text


def base_environment(base: Path, region: str, num_threads: int) -> dict[str, str]:
    """The variables of every job."""
    environment = _inherited(_INHERITED)
    programs = os.path.dirname(sys.executable)
    return environment | {
        "PATH": os.pathsep.join([programs, environment.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "SAGEMAKER_BASE_DIR": str(base),
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "HF_HOME": str(base / "huggingface"),
        "OMP_NUM_THREADS": str(num_threads),
        "MKL_NUM_THREADS": str(num_threads),
    }


def isolated_environment() -> dict[str, str]:
    """The variables of network isolation: no credentials, no instance metadata, no hub."""
    return {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }


def connected_environment(endpoint: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """The variables of a job with network access: the role's credentials and the hub."""
    return _inherited(_HUB_ACCESS) | {"AWS_ENDPOINT_URL": endpoint} | dict(credentials)


def asking_environment(endpoint: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """The variables of a training job with network access: it asks models of Amazon Bedrock, and
    has no access to the hub."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        **bedrock.endpoint_variables(os.environ),
        **credentials,
        "HF_HUB_OFFLINE": "1",
    }


def requested_environment(variables: Mapping[str, str], base: Path) -> dict[str, str]:
    """The request's Environment, with paths under /opt/ml relocated."""
    return {name: relocate(value, base) for name, value in variables.items()}


def _inherited(names: Iterable[str]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}
