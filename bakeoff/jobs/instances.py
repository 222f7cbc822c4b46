"""Which instance type each training job runs on, decided here alone, and how types differ."""

import re

from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.settings import PredictionSettings, ServiceSettings

# Amazon's letter "d" stands for local disks (m5d, g4dn, p4de); these families have them without.
_LOCAL_DISKS = re.compile(r"ml\.(?:[a-z]+\d+[a-z]*d|g[5-9]|gr6|p[5-9]|trn)")


def has_local_disks(instance_type: str) -> bool:
    """Whether the instances have disks of their own, for which SageMaker takes no KMS key."""
    return _LOCAL_DISKS.match(instance_type) is not None


def volume_key(
    settings: ServiceSettings | PredictionSettings, instance_type: str
) -> dict[str, str]:
    """The part of SageMaker's ResourceConfig or ClusterConfig that encrypts the volumes."""
    if not settings.volume_kms_key_arn or has_local_disks(instance_type):
        return {}
    return {"VolumeKmsKeyId": settings.volume_kms_key_arn}


def instance_types_of(resolved: ResolvedRequest, *, uses_gpu: bool) -> list[str]:
    """The instance types for training jobs that use a GPU or none, tried in this order."""
    compute = resolved.compute
    if not uses_gpu:
        return [compute.baseline_instance_type]
    return list(dict.fromkeys([compute.training_instance_type, *compute.fallback_instance_types]))


def instance_type_of(resolved: ResolvedRequest, candidate: Candidate) -> str:
    """The instance type that a candidate's training jobs try first."""
    return instance_types_of(resolved, uses_gpu=candidate.uses_gpu)[0]


def num_trainings(resolved: ResolvedRequest) -> int:
    """The trainings to the end, if every candidate were a finalist."""
    return sum(len(resolved.seeds_of(each)) for each in resolved.possible_candidates)
