"""How fast an instance trains a model of which no past run tells: rough, from its peak speed.

A forward pass of one token takes two floating-point operations for each parameter (J. Kaplan et
al., "Scaling Laws for Neural Language Models", 2020, section 2.1). Embeddings are counted here,
too, which makes small models look somewhat slower. Of the peak that the maker publishes, a share is
used:

- A quarter on GPUs, in mixed precision: an assumption, as nothing was measured on a GPU. Trainings
  of large models use 0.21 to 0.46 of it (A. Chowdhery et al., "PaLM", 2022, table 3), and rows are
  short here. A small model keeps no GPU busy: a step of 32 rows takes a twentieth of a second at
  least.
- 0.6 on CPUs: on one core of an Intel Xeon, our own training of the README's real result did 131
  billion operations a second for a model of 23 million parameters, and 167 for one of 109 million;
  on more cores each does less.

Sources of the peaks, dense, of 16 bits: NVIDIA's data sheets of the T4, A10G, L4, L40S, A100, H100
and H200. An instance with several GPUs trains on one of them. On CPUs, of 32 bits: 64 operations a
cycle for each core, which is two vCPUs (AVX-512 with two units), at 2.5 GHz.
"""

import re

_TERA, _GIGA = 1e12, 1e9

_GPU_PEAKS = {
    "g4dn": ("T4", 65 * _TERA),
    "g5": ("A10G", 70 * _TERA),
    "g6": ("L4", 121 * _TERA),
    "g6e": ("L40S", 362 * _TERA),
    "p4d": ("A100", 312 * _TERA),
    "p4de": ("A100", 312 * _TERA),
    "p5": ("H100", 989 * _TERA),
    "p5e": ("H200", 989 * _TERA),
    "p5en": ("H200", 989 * _TERA),
}
_CPU_PEAK_OF_VCPU = 80 * _GIGA
_CPU_FAMILIES = ("c5", "c6i", "c7i", "m5", "m6i", "m7i", "r5", "r6i", "r7i")
_VCPUS = {"large": 2, "xlarge": 4}

_GPU_SHARE, _CPU_SHARE = 0.25, 0.6
_OPERATIONS_PER_PARAMETER = 2
_INSTANCE = re.compile(r"ml\.(?P<family>[a-z0-9]+)d?\.(?P<times>\d*)(?P<size>x?large)")

THIS_MACHINE = "local"
"""What the jobs of a local cloud call their machine."""
_SPEED_HERE = 130 * _GIGA / _OPERATIONS_PER_PARAMETER
SECONDS_PER_GPU_STEP = 0.05
ROWS_PER_STEP = 32

# Parameters that a name tells, such as 135M or 0.6B.
_SIZE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)(m|b)(?![a-z0-9])")
_UNITS = {"m": 1e6, "b": 1e9}
# The usual sizes of what names are called; the first that fits.
_USUAL = (
    ("tiny", 5e6),
    ("minilm-l3", 17e6),
    ("minilm-l6", 23e6),
    ("minilm", 33e6),
    ("mini", 11e6),
    ("distil", 66e6),
    ("small", 33e6),
    ("xxl", 1.5e9),
    ("xlarge", 900e6),
    ("large", 335e6),
)
_BASE = 110e6


def rough_speed(instance_type: str) -> tuple[float, str] | None:
    """Parameters times tokens in a second, forward, and what it follows from; None if the instance
    is not known here."""
    if instance_type == THIS_MACHINE:
        return _SPEED_HERE, "130 GFLOP/s, as one core of an Intel Xeon reaches"
    found = _INSTANCE.fullmatch(instance_type)
    if found is None:
        return None
    family, times = found["family"], int(found["times"] or 1)
    if family in _GPU_PEAKS:
        gpu, peak = _GPU_PEAKS[family]
        speed = peak * _GPU_SHARE / _OPERATIONS_PER_PARAMETER
        return speed, f"a quarter of the {peak / _TERA:g} TFLOP/s of one {gpu}"
    if family in _CPU_FAMILIES:
        num_vcpus = times * _VCPUS[found["size"]]
        peak = num_vcpus * _CPU_PEAK_OF_VCPU
        speed = peak * _CPU_SHARE / _OPERATIONS_PER_PARAMETER
        return speed, f"0.6 of the {peak / _GIGA:g} GFLOP/s of {num_vcpus} vCPUs"
    return None


def fixed_seconds(instance_type: str) -> float:
    """Of a job, whatever it trains: on SageMaker the image, the libraries, the model, measuring."""
    return 15.0 if instance_type == THIS_MACHINE else 180.0


def has_gpu(instance_type: str) -> bool:
    found = _INSTANCE.fullmatch(instance_type)
    return found is not None and found["family"] in _GPU_PEAKS


def usual_parameters(model: str) -> float:
    """How many parameters a model with such a name usually has."""
    name = model.lower().rstrip("/").rsplit("/", 1)[-1]
    told = _SIZE.search(name.replace("_", "-"))
    if told is not None:
        return float(told[1]) * _UNITS[told[2]]
    return next((size for word, size in _USUAL if word in name), _BASE)
