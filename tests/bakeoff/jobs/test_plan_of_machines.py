"""On which machines jobs run, under which keys, and who pays."""

import pytest

from bakeoff.jobs.instances import has_local_disks
from tests.support.planned_jobs import create_requests
from tests.support.run_samples import (
    RUN,
    planned,
    resolved_with,
    settings_with,
)
from tests.support.service_model import violations

BUCKET_KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-aaaa-4bbb-8ccc-000000000001"
VOLUME_KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-aaaa-4bbb-8ccc-000000000002"


def test_a_jobs_output_and_volume_are_encrypted_with_the_deployments_keys():
    settings = settings_with(bucket_kms_key_arn=BUCKET_KEY, volume_kms_key_arn=VOLUME_KEY)
    resolved = resolved_with(settings, baselines=True, models=["m"])
    plan = planned(resolved, settings=settings)
    of_method = {
        config.method: plan.items[n].training_job for n, config in enumerate(plan.configs.values())
    }
    for job in of_method.values():
        assert job["OutputDataConfig"]["KmsKeyId"] == BUCKET_KEY
    assert of_method["tfidf"]["ResourceConfig"]["VolumeKmsKeyId"] == VOLUME_KEY
    # SageMaker refuses a key for a g5, whose own disks encrypt in hardware.
    assert "VolumeKmsKeyId" not in of_method["full"]["ResourceConfig"]
    for request in create_requests(plan):
        assert violations("CreateTrainingJob", request) == []


@pytest.mark.parametrize(
    ("instance_type", "has_them"),
    [
        ("ml.m5.xlarge", False),
        ("ml.c6i.2xlarge", False),
        ("ml.g4dn.xlarge", True),
        ("ml.g5.xlarge", True),
        ("ml.g6e.2xlarge", True),
        ("ml.gr6.4xlarge", True),
        ("ml.m5d.large", True),
        ("ml.m6gd.large", True),
        ("ml.p4de.24xlarge", True),
        ("ml.p5.48xlarge", True),
        ("ml.p6-b200.48xlarge", True),
        ("ml.r5.large", False),
        ("ml.trn1.2xlarge", True),
    ],
)
def test_the_instances_with_disks_of_their_own_are_known(instance_type, has_them):
    assert has_local_disks(instance_type) is has_them


def test_bills_can_tell_what_a_run_and_a_candidate_cost():
    (item,) = planned(resolved_with(models=["m"], name="imdb")).items
    assert {tag["Key"]: tag["Value"] for tag in item.training_job["Tags"]} == {
        "project": "Bakeoff",
        "bakeoff:request": "imdb",
        "bakeoff:run": RUN,
        "bakeoff:candidate": item.candidate,
    }


@pytest.mark.parametrize(
    ("use_spot", "others", "expected"),
    [
        ("true", [], ["ml.g5.xlarge"]),
        ("true", ["ml.g6.xlarge"], ["ml.g5.xlarge", "ml.g6.xlarge"]),
        ("false", [], []),
        ("false", ["ml.g6.xlarge", "ml.g5.xlarge"], ["ml.g6.xlarge", "ml.g5.xlarge"]),
    ],
)
def test_the_fallbacks_are_on_demand_and_in_the_requested_order(use_spot, others, expected):
    resolved = resolved_with(
        baselines=True, models=["m"], compute={"fallback_instance_types": others}
    )
    items = planned(resolved, settings=settings_with(use_spot=use_spot)).items
    model, *baselines = items
    assert [each["ResourceConfig"]["InstanceType"] for each in model.fallbacks] == expected
    assert not any(each["EnableManagedSpotTraining"] for each in model.fallbacks)
    assert all(set(each) <= set(model.training_job) for each in model.fallbacks)
    assert {each["ResourceConfig"]["VolumeSizeInGB"] for each in model.fallbacks} <= {90}
    assert [each.fallbacks for each in baselines] == [[], []]
