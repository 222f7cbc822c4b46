"""Fails a job whose instance has GPUs that PyTorch cannot use.

Such a job would train on the CPU, many times slower, at the price of the GPU.
"""

import re
from pathlib import Path

import torch

from job.instance_type import instance_type_of

# Amazon's families with NVIDIA's GPUs.
_WITH_GPUS = re.compile(r"ml\.(?:g|gr|p)\d")


class MissingGpuError(Exception):
    """The job's instance has GPUs, but PyTorch finds none."""


def check_gpu(resources: Path) -> None:
    """Raises MissingGpuError; `resources` is SageMaker's description of the instance."""
    instance_type = instance_type_of(resources)
    if _WITH_GPUS.match(instance_type) and not torch.cuda.is_available():
        raise MissingGpuError(
            f"SageMaker runs this job on {instance_type}, but PyTorch {torch.__version__} (CUDA "
            f"{torch.version.cuda}) finds no GPU there. Send the request again, as a single "
            "machine may be broken. If it fails again, change compute.training_instance_type, or "
            "deploy with another training_image."
        )
