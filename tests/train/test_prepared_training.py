"""The training job accepts the output of PrepareData and the plan of PlanWave."""

import json
import shutil

import pytest

from bakeoff import layout
from bakeoff.prepared.manifest import Manifest
from bakeoff.request.resolved import ResolvedRequest
from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.run_samples import plan_of, settings_with
from tests.support.tiny_job import TinyJob
from tests.support.tiny_models import build_tiny_model


@pytest.mark.parametrize("labels", [("bad", "good"), ("bad", "good", "mixed")])
def test_a_prepared_candidate_learns(tmp_path, labels):
    rows = reviews(360, labels)
    model = build_tiny_model("bert", tmp_path / "bert", [text for text, _ in rows])
    recipe = {"epochs": 8, "learning_rate": 3e-3, "train_batch_size": 8}
    train = write_csv(tmp_path / "train.csv", rows)
    request = resolved(train, [model], hyperparameters=recipe)
    prepared = run_prepare(tmp_path / "prepare", request)
    plan = plan_of(
        ResolvedRequest.model_validate(request),
        Manifest.model_validate(prepared.manifest),
        settings_with(),
    )
    (config,) = [each for each in plan.configs.values() if each.method == "full"]
    job = TinyJob(tmp_path / "train")
    job.write_config(json.loads(config.to_json()))
    shutil.copytree(prepared.tokens(0), job.tokenised)
    shutil.copytree(prepared.snapshot(0), job.model)
    prefix = prepared.manifest["dataset"]["prefix"]
    shutil.copytree(prepared.store / layout.sample_prefix(prefix), job.sample)

    assert job.run().status == 0
    assert job.metrics["rows"] == prepared.manifest["dataset"]["rows"]
    assert job.metrics["metrics"]["test"]["accuracy"] > 0.95
    assert job.predictions["ids"].tolist() == prepared.rows("test")["id"]
    assert job.predictions["labels"].tolist() == prepared.rows("test")["label"]
    assert job.metrics["inference"]["num_texts"] == len(prepared.rows("test")["id"])
