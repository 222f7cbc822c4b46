import pytest

from bakeoff.endpoint.hardware import on_instance, serverless
from bakeoff.errors import ModelError

MIB = 1 << 20


@pytest.mark.parametrize(
    ("model_mib", "memory_mb"), [(0, 2048), (250, 2048), (500, 3072), (1300, 5120), (2322, 6144)]
)
def test_a_serverless_endpoint_has_the_least_memory_that_is_enough(model_mib, memory_mb):
    assert serverless(model_mib * MIB).memory_mb == memory_mb


def test_a_model_that_is_too_large_for_serverless_is_refused():
    with pytest.raises(ModelError, match="Give --instance-type"):
        serverless(2323 * MIB)


@pytest.mark.parametrize(
    ("instance_type", "uses_gpu"),
    [
        ("ml.m5.xlarge", False),
        ("ml.m5d.large", False),
        ("ml.c6i.2xlarge", False),
        ("ml.g5.xlarge", True),
        ("ml.g4dn.xlarge", True),
        ("ml.g6e.xlarge", True),
        ("ml.p4d.24xlarge", True),
    ],
)
def test_the_instance_type_says_whether_there_is_a_gpu(instance_type, uses_gpu):
    assert on_instance(instance_type).uses_gpu is uses_gpu


@pytest.mark.parametrize("instance_type", ["ml.c7g.large", "ml.m6gd.large", "ml.inf2.xlarge"])
def test_processors_without_an_image_are_refused(instance_type):
    with pytest.raises(ModelError, match="does not run on"):
        on_instance(instance_type)


@pytest.mark.parametrize("text", ["m5.xlarge", "ml.m5", "ml.m5.xlarge; x"])
def test_what_is_no_instance_type_is_refused(text):
    with pytest.raises(ModelError, match="not an instance type"):
        on_instance(text)
