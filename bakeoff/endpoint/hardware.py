"""What an endpoint runs on: an instance, or serverless with so much memory."""

import re
from dataclasses import dataclass

from bakeoff.errors import ModelError

DEFAULT_INSTANCE_TYPE = "ml.m5.xlarge"
SERVERLESS_MEMORY_MB = (1024, 2048, 3072, 4096, 5120, 6144)
"""The sizes that SageMaker offers."""
_MIB = 1 << 20
# Python, torch, transformers and the model server, before any weights.
_PROGRAMS_MB = 1500
# While they are read, weights are in memory twice.
_WEIGHTS_FACTOR = 2

_FORM = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")
_GPU = re.compile(r"ml\.(?:g|gr|p)\d")
# Graviton's letter is the g behind the number; these and AWS's own chips need other images.
_OTHER_PROCESSORS = re.compile(r"ml\.(?:[a-z]+\d+g[dn]*\.|inf|trn)")


@dataclass(frozen=True)
class OnInstance:
    """Runs, and is paid for, until it is removed."""

    instance_type: str

    @property
    def uses_gpu(self) -> bool:
        return _GPU.match(self.instance_type) is not None

    def __str__(self) -> str:
        return self.instance_type


@dataclass(frozen=True)
class Serverless:
    """Runs while it answers, and is paid for by the millisecond."""

    memory_mb: int
    uses_gpu: bool = False

    def __str__(self) -> str:
        return f"serverless, {self.memory_mb} MB"


Hardware = OnInstance | Serverless


def on_instance(instance_type: str) -> OnInstance:
    """Raises ModelError for an instance type for which AWS has no inference image."""
    if not _FORM.fullmatch(instance_type):
        raise ModelError(
            f"{instance_type!r} is not an instance type of SageMaker: give one such as "
            f"{DEFAULT_INSTANCE_TYPE} or ml.g5.xlarge."
        )
    if _OTHER_PROCESSORS.match(instance_type):
        raise ModelError(
            f"{instance_type} has a processor that the inference image does not run on: give one "
            f"with x86, such as {DEFAULT_INSTANCE_TYPE}, or with a GPU, such as ml.g5.xlarge."
        )
    return OnInstance(instance_type)


def serverless(model_bytes: int) -> Serverless:
    """With the least memory that is enough. Raises ModelError if none is.

    Args:
        model_bytes: the size of the model's archive.
    """
    needed_mb = _PROGRAMS_MB + _WEIGHTS_FACTOR * model_bytes / _MIB
    enough = [size for size in SERVERLESS_MEMORY_MB if size >= needed_mb]
    if not enough:
        raise ModelError(
            f"The model has {model_bytes / _MIB:,.0f} MiB and needs about {needed_mb:,.0f} MB of "
            f"memory; a serverless endpoint has at most {SERVERLESS_MEMORY_MB[-1]:,}. Give "
            "--instance-type instead."
        )
    return Serverless(enough[0])
