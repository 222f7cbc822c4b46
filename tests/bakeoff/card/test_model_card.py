"""The model card, as the hub's own library reads it."""

import json
import re

import pytest
from huggingface_hub import ModelCard

from bakeoff.card import TrainedModel, about_model, model_card
from bakeoff.card.markdown import plain
from bakeoff.summary.kept_model import KeptModel
from tests.support import summary_samples
from tests.support.summary_samples import HOSTILE

SAMPLES = ("binary", "multiclass", "regression", "single")
SECTIONS = ["Use", "Answers", "Scores", "How it was chosen", "Training", "Data", "Limits"]


def trained(summary, license=None, max_length=128):
    best = summary.candidates[0]
    kept = KeptModel(candidate=best.candidate, seed=best.jobs[0].seed, file="m.tar.gz")
    return TrainedModel.of(
        summary,
        kept,
        max_length=max_length,
        data_card=summary_samples.card(summary),
        license=license,
    )


def card_of(summary, **facts):
    return model_card(trained(summary, **facts))


def _outside_of_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("sample", SAMPLES)
def test_it_has_all_sections_and_valid_metadata(sample):
    summary = getattr(summary_samples, sample)()

    card = ModelCard(card_of(summary), ignore_metadata_errors=False)

    assert [line[3:] for line in card.text.splitlines() if line.startswith("## ")] == SECTIONS
    data = card.data.to_dict()
    assert data["pipeline_tag"] == "text-classification"
    assert "bakeoff" in data["tags"]
    (result, *_) = card.data.eval_results
    assert result.dataset_split == "test"
    found = {each.metric_type: each.metric_value for each in card.data.eval_results}
    assert found == summary.candidates[0].jobs[0].test


def test_the_base_model_the_data_set_and_the_licence_are_said():
    summary = summary_samples.binary()

    data = ModelCard(card_of(summary, license="apache-2.0")).data.to_dict()

    assert data["base_model"] == summary.candidates[0].model
    assert data["datasets"] == [summary.conditions.dataset]
    assert data["license"] == "apache-2.0"


def test_data_of_a_file_and_a_model_of_a_folder_are_no_ids_of_the_hub():
    summary = summary_samples.binary()
    conditions = summary.conditions.model_copy(
        update={"dataset": "s3://bucket/uploads/rows.csv", "dataset_revision": None}
    )
    best = summary.candidates[0].model_copy(update={"model": "s3://bucket/models/mine/"})
    summary = summary.model_copy(
        update={"conditions": conditions, "candidates": [best, *summary.candidates[1:]]}
    )

    data = ModelCard(card_of(summary)).data.to_dict()

    assert "base_model" not in data
    assert "datasets" not in data
    assert "license" not in data


def test_a_card_that_may_become_public_names_no_bucket():
    summary = summary_samples.binary()
    conditions = summary.conditions.model_copy(
        update={"dataset": "s3://secret-bucket/uploads/1a2b/rows.csv", "dataset_revision": None}
    )
    uploaded = {"model": "s3://secret-bucket/uploads/3c4d/", "requested_as": "./models/mine"}
    best = summary.candidates[0].model_copy(update=uploaded)
    summary = summary.model_copy(
        update={"conditions": conditions, "candidates": [best, *summary.candidates[1:]]}
    )

    text, about = card_of(summary), json.dumps(about_model(trained(summary)))

    assert "secret-bucket" not in text + about
    assert "rows.csv" in text and "rows.csv" in about
    assert "mine" in text and "mine" in about
    # A model of that name on the hub is another one.
    assert json.loads(about)["base_model"] is None


def test_it_says_how_it_was_chosen_and_against_whom():
    summary = summary_samples.binary()

    text = card_of(summary)

    assert plain(summary.verdict.sentences[0]) in text
    for each in summary.candidates:
        if each.rank is not None:
            assert plain(each.name) in text
    assert summary.conditions.dataset_fingerprint in text


@pytest.mark.parametrize("text", [*HOSTILE, "a\n---\nlicense: mit", "[x](javascript:alert(1))"])
def test_hostile_text_breaks_neither_the_metadata_nor_the_markdown(text):
    summary = summary_samples.binary()
    conditions = summary.conditions.model_copy(
        update={
            "dataset": text,
            "labels": [text, "pos"],
            "text_columns": [text],
            "label_columns": [text],
        }
    )
    best = summary.candidates[0].model_copy(
        update={"model": text, "name": text, "warnings": [text]}
    )
    verdict = summary.verdict.model_copy(update={"sentences": [text]})
    summary = summary.model_copy(
        update={
            "conditions": conditions,
            "verdict": verdict,
            "candidates": [best, *summary.candidates[1:]],
        }
    )

    card = ModelCard(card_of(summary), ignore_metadata_errors=False)

    assert [line[3:] for line in card.text.splitlines() if line.startswith("## ")] == SECTIONS
    assert "base_model" not in card.data.to_dict()
    assert "license" not in card.data.to_dict()
    # Each sign that could begin something has a backslash before it.
    assert not re.search(r"(?<!\\)(?:<[a-z/]|\]\(|\{\{)", _outside_of_code(card.text))
    assert card.content.encode()


def test_programs_can_read_where_it_comes_from():
    summary = summary_samples.binary()
    best = summary.candidates[0]
    kept = KeptModel(candidate=best.candidate, seed=best.jobs[0].seed, file="m.tar.gz")

    about = json.loads(json.dumps(about_model(TrainedModel.of(summary, kept, max_length=None))))

    assert about["run"] == summary.provenance.run
    assert about["text_columns"] == summary.conditions.text_columns
    assert about["candidate"] == best.candidate
