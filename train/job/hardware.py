"""The job's hardware, and the numeric precision and padding that suit it."""

import platform
from functools import cache
from pathlib import Path

import torch

# The instructions with which bf16 is faster than fp32. With AVX512-BF16 alone it is on AMD's
# processors, but not on Intel's (docs/performance.md).
_BF16_TILES, _BF16_VECTORS = "amx_bf16", "avx512_bf16"

_NARROW_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}

_CPU_INFO = Path("/proc/cpuinfo")


def device() -> torch.device:
    """The device on which models run."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name(*, uses_gpu: bool = True) -> str:
    """The name of the GPU, or of the processor with the number of threads.

    `uses_gpu` says whether the job would use a GPU if there is one.
    """
    if uses_gpu and torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    threads = torch.get_num_threads()
    return f"{_processor_name()}, {threads} thread{'s' if threads > 1 else ''}"


def precision() -> str:
    """bf16 if the hardware supports it (a T4 only emulates it), fp16 on other GPUs, otherwise
    fp32."""
    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16" if native else "fp16"
    return cpu_precision(_cpu_info().get("vendor_id", ""), _cpu_info().get("flags", ""))


def cpu_precision(vendor: str, flags: str) -> str:
    """The precision on a CPU, from its vendor and its flags, separated by spaces, as Linux lists
    them."""
    known = set(flags.split())
    is_fast = _BF16_TILES in known or (_BF16_VECTORS in known and vendor == "AuthenticAMD")
    return "bf16" if is_fast else "fp32"


def autocast(name: str) -> torch.autocast:
    """A context in which models compute in this precision."""
    narrow = _NARROW_TYPES.get(name)
    return torch.autocast(device().type, dtype=narrow, enabled=narrow is not None)


def padding_multiple(max_length: int) -> int | None:
    """Batches are padded to a multiple of this number of tokens; None: to their longest text.

    Tensor cores work best on multiples of 8, but no batch may exceed the model's limit.
    """
    return 8 if torch.cuda.is_available() and max_length % 8 == 0 else None


def _processor_name() -> str:
    return _cpu_info().get("model name") or platform.processor() or platform.machine()


@cache
def _cpu_info() -> dict[str, str]:
    """Linux's description of the first processor; empty on other systems."""
    if not _CPU_INFO.exists():
        return {}
    first = _CPU_INFO.read_text().partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
