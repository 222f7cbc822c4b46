"""What the report tells to type."""

import json

import pytest

from bakeoff.report.race import Race
from bakeoff.report.sections.use import again, use
from bakeoff.summary.kept_model import KeptModel
from tests.support import summary_samples
from tests.support.kept_run import NAME, kept_summary
from tests.support.run_samples import resolved_with


def test_the_best_model_needs_no_name():
    found = use(Race.of(kept_summary()))

    assert found.commands.splitlines()[0] == (
        f"bakeoff predict {NAME} ROWS.csv --output predictions.csv"
    )
    assert "--candidate" not in found.commands + found.sentence


@pytest.mark.parametrize(
    ("fields", "is_elsewhere", "exported", "deployed"),
    [
        ({"method": "full"}, False, True, True),
        ({"method": "frozen"}, True, True, False),
        ({"method": "tfidf"}, False, False, True),
        ({"method": "static"}, True, False, False),
        ({"method": "prompt", "model": "bedrock/amazon.nova-lite-v1:0"}, False, False, False),
    ],
)
def test_production_and_export_are_told_where_the_model_allows_them(
    fields, is_elsewhere, exported, deployed
):
    summary = kept_summary()
    best, *others = summary.candidates
    ownership = best.ownership.model_copy(
        update={"machine": "laptop" if is_elsewhere else "ml.g5.xlarge"}
    )
    best = best.model_copy(update=fields | {"ownership": ownership})

    found = use(Race.of(summary.model_copy(update={"candidates": [best, *others]})))

    assert (f"bakeoff export {NAME} --onnx" in found.commands.splitlines()) == exported
    assert (f"bakeoff deploy {NAME}" in found.commands.splitlines()) == deployed
    assert ("undeploy" in found.sentence) == deployed


def test_others_that_were_kept_are_told():
    summary = kept_summary()
    second = summary.candidates[1]
    more = KeptModel(candidate=second.candidate, seed=second.seeds[0], file="m.tar.gz")

    both = use(Race.of(summary.model_copy(update={"kept_models": [*summary.kept_models, more]})))
    only = use(Race.of(summary.model_copy(update={"kept_models": [more]})))

    assert "Kept too: 1 other," in both.sentence
    assert f"--candidate {second.candidate}" in only.commands


@pytest.mark.parametrize("sample", ["binary", "all_failed"])
def test_without_a_kept_model_there_is_no_command(sample):
    found = use(Race.of(getattr(summary_samples, sample)()))

    assert found.commands is None
    assert found.sentence


def test_the_same_comparison_is_told_where_the_request_is_whole():
    resolved = resolved_with()
    summary = summary_samples.binary()
    document = resolved.model_dump(mode="json")
    first = summary.candidates[0].model_copy(update={"candidate": resolved.candidates[0].candidate})
    provenance = summary.provenance.model_copy(update={"request": document})
    whole = summary.model_copy(update={"candidates": [first], "provenance": provenance})

    found = again(Race.of(whole))

    assert json.loads(found.request)["models"][0]["revision"] == first.model_revision
    assert found.commands.startswith("bakeoff run rt-polarity.json")
    assert again(Race.of(summary)) is None
