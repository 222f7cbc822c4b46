"""What the job runs on, and the numeric precision and the padding that suit it."""

import platform
from functools import cache
from pathlib import Path

import torch

# Processors multiply bf16 matrices with these; without them torch would only emulate bf16.
BF16_FLAGS = {"avx512_bf16", "amx_bf16"}

_NARROW_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}

_CPU_INFO = Path("/proc/cpuinfo")


def device() -> torch.device:
    """Where models compute."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(*, uses_gpu: bool = True) -> str:
    """As people know it: the GPU's name, or the processor's and the number of threads.

    `uses_gpu` says whether what runs would make use of a GPU.
    """
    if uses_gpu and torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    threads = torch.get_num_threads()
    return f"{_processor_name()}, {threads} thread{'s' if threads > 1 else ''}"


def precision() -> str:
    """bf16 where the hardware computes in it (a T4 only emulates it), fp16 on other GPUs, fp32
    elsewhere."""
    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16" if native else "fp16"
    return cpu_precision(_cpu_info().get("flags", ""))


def cpu_precision(flags: str) -> str:
    """`flags` are those that Linux lists for a processor, with spaces between them."""
    return "bf16" if BF16_FLAGS & set(flags.split()) else "fp32"


def autocast() -> torch.autocast:
    """In its context models compute in `precision`."""
    narrow = _NARROW_TYPES.get(precision())
    return torch.autocast(device().type, dtype=narrow, enabled=narrow is not None)


def padding_multiple(max_length: int) -> int | None:
    """Batches are padded to a multiple of this many tokens; None: to their longest text.

    Tensor cores like multiples of 8, but no batch may grow beyond what the model takes.
    """
    return 8 if torch.cuda.is_available() and max_length % 8 == 0 else None


def _processor_name() -> str:
    return _cpu_info().get("model name") or platform.processor() or platform.machine()


@cache
def _cpu_info() -> dict[str, str]:
    """What Linux tells of the first processor; nothing on other systems."""
    if not _CPU_INFO.exists():
        return {}
    first = _CPU_INFO.read_text().partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
