"""The jobs that ask models behind an API: a network for them alone, and a role of their own."""

import json

from bakeoff.jobs.plan import plan_wave, plannable_dataset
from bakeoff.prepared.manifest import PreparedModel
from bakeoff.race.next_wave import next_wave
from bakeoff.race.race import race_of
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from tests.support.run_samples import RUN, manifest_for, settings_with

NOVA = "bedrock/amazon.nova-lite-v1:0"
ROLE = "arn:aws:iam::123456789012:role/bedrock"


def planned_jobs():
    document = {"dataset": "stanfordnlp/imdb", "models": [NOVA, "a/b"], "max_test_rows": 100}
    request = parse_request(json.dumps(document).encode(), file_name="imdb.json")
    settings = settings_with(bedrock_models=("amazon.nova-lite-v1:0",), bedrock_role_arn=ROLE)
    resolved = resolve(request, RUN, settings)
    manifest = manifest_for(resolved)
    hosted = next(each.candidate for each in resolved.candidates if each.is_hosted)
    models = [
        PreparedModel(candidate=hosted, model=NOVA, revision=None, status="ready", max_length=512)
        if each.candidate == hosted
        else each
        for each in manifest.models
    ]
    manifest = manifest.model_copy(update={"models": models})
    dataset = plannable_dataset(resolved, manifest)
    wave = next_wave(race_of(resolved, manifest, dataset), [])
    plan = plan_wave(resolved, manifest, dataset, settings, wave)
    of = {item.candidate: item for item in plan.items}
    return of.pop(hosted), list(of.values()), plan, settings


def test_only_these_jobs_have_a_network_and_the_right_to_ask():
    hosted, others, _, settings = planned_jobs()
    assert hosted.training_job["EnableNetworkIsolation"] is False
    assert hosted.training_job["RoleArn"] == ROLE
    assert others
    for item in others:
        assert item.training_job["EnableNetworkIsolation"] is True
        assert item.training_job["RoleArn"] == settings.sagemaker_role_arn


def test_they_run_without_a_gpu_and_get_no_token_of_the_hub():
    hosted, _, _, settings = planned_jobs()
    job = hosted.training_job
    assert job["ResourceConfig"]["InstanceType"] == settings.baseline_instance_type
    assert job["EnableManagedSpotTraining"] is False
    assert not any("TOKEN" in name for name in job["Environment"])
    assert {each["ChannelName"] for each in job["InputDataConfig"]} == {
        "code",
        "config",
        "dataset",
        "sample",
    }


def test_their_configuration_bounds_the_tokens():
    hosted, others, plan, _ = planned_jobs()
    config = plan.configs[hosted.item]
    assert config.most_input_tokens > config.most_output_tokens > 0
    assert all(plan.configs[item.item].most_input_tokens is None for item in others)
