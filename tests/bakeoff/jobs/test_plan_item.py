import json

import pytest

from bakeoff.errors import DocumentError
from bakeoff.jobs.plan_item import PlannedJob, plan_from_json, plan_to_json
from tests.support.run_samples import planned, resolved_with


def plan_json(**changes):
    """plan.json of one job, with some members changed; None leaves a member out."""
    (item,) = planned(resolved_with(models=["m"])).items
    document = json.loads(item.to_json()) | changes
    return json.dumps([{name: value for name, value in document.items() if value is not None}])


def test_a_plan_is_read_as_it_was_written():
    items = planned(resolved_with(seeds=[1, 2])).items

    assert plan_from_json(plan_to_json(items)) == items


def test_a_plan_without_jobs_is_an_empty_list():
    assert json.loads(plan_to_json([])) == []
    assert plan_from_json(b"[]") == []


def test_a_plan_of_an_older_deployment_can_be_compared():
    content = plan_json(max_quota_attempts=None, max_failed_attempts=None, max_attempts=30)

    (item,) = plan_from_json(content.encode())

    assert item.result_key.endswith(f"{item.item}.json")


@pytest.mark.parametrize("member", ["item", "candidate", "seed", "result_key", "training_job"])
def test_a_plan_whose_items_lack_a_member_is_refused_by_its_name(member):
    with pytest.raises(DocumentError, match=rf"plan\.json.*(.|\n)*0\.{member}"):
        plan_from_json(plan_json(**{member: None}).encode())


@pytest.mark.parametrize("content", [b"{", b"{}", b'["item"]'])
def test_anything_but_a_list_of_items_is_refused(content):
    with pytest.raises(DocumentError, match=r"plan\.json"):
        plan_from_json(content)


def test_record_result_needs_only_what_the_state_machine_passes_on():
    (item,) = planned(resolved_with(models=["m"])).items
    passed_on = ("item", "candidate", "seed", "run", "bucket", "result_key", "stage", "wave")

    job = PlannedJob.from_object({name: getattr(item, name) for name in passed_on})

    assert (job.item, job.seed) == (item.item, 42)
