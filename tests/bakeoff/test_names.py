import re

import pytest

from bakeoff import names
from tests.support.run_samples import RUN

SAGEMAKER_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
EXPERIMENT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")
LONGEST_NAME = "n" * 64
LARGEST_SEED = 2**32 - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("distilbert-base-uncased", "distilbert-base-uncased"),
        ("Model_1.5--x", "model-1-5-x"),
        ("Modèle", "modele"),
        ("日本語", "x"),
        ("-._", "x"),
        ("", "x"),
    ],
)
def test_a_slug_is_lower_case_letters_digits_and_single_hyphens(text, expected):
    assert names.slug(text) == expected


def test_a_run_is_identified_by_bucket_key_and_version_alone():
    run = names.run_id("bucket", "requests/a.json", "1")
    assert re.fullmatch("[0-9a-f]{16}", run)
    assert run == names.run_id("bucket", "requests/a.json", "1")
    others = [("bucke", "trequests/a.json", "1"), ("bucket", "requests/a.json", "2")]
    assert run not in [names.run_id(*other) for other in others]


@pytest.mark.parametrize("stem", ["imdb", "a-b_c.d", "x" * 64])
def test_results_are_named_after_the_file(stem):
    assert names.results_name(f"requests/{stem}.json") == stem


@pytest.mark.parametrize("stem", ["", "my request", "-x", "ä", "x" * 65, "x" * 1000, "..", "a--b"])
def test_a_file_name_that_cannot_name_results_is_made_one_that_can(stem):
    name = names.results_name(f"requests/{stem}.json")
    assert names.is_valid_name(name)
    assert re.search("-[0-9a-f]{8}$", name)


def test_file_names_that_are_cleaned_to_the_same_text_stay_distinct():
    assert names.results_name("requests/a b.json") != names.results_name("requests/a  b.json")


def test_a_candidate_is_named_after_the_last_part_of_its_model():
    key = names.candidate_key("sentence-transformers/all-MiniLM-L6-v2", None, {})
    assert re.fullmatch("all-minilm-l6-v2-[0-9a-f]{6}", key)
    assert names.candidate_key("s3://b/x/mine.tar.gz", None, {}).startswith("mine-")
    assert names.candidate_key("s3://b/x/mine/", None, {}).startswith("mine-")


def test_model_revision_and_overrides_distinguish_candidates():
    keys = {
        names.candidate_key("a/m", None, {}),
        names.candidate_key("b/m", None, {}),
        names.candidate_key("a/m", "v1", {}),
        names.candidate_key("a/m", None, {"epochs": 1}),
    }
    assert len(keys) == 4


def test_the_order_of_overrides_does_not_matter():
    one = names.candidate_key("m", None, {"epochs": 1, "max_length": 8})
    assert one == names.candidate_key("m", None, {"max_length": 8, "epochs": 1})


@pytest.mark.parametrize("hash_length", [6, 16])
@pytest.mark.parametrize("name", ["a", LONGEST_NAME, "a" + "." * 1 + "b" * 60])
def test_the_longest_names_fit_what_sagemaker_takes(name, hash_length):
    candidate = names.candidate_key("m" * 96, None, {}, hash_length)
    base = names.base_job_name(name, candidate, LARGEST_SEED, RUN, rung=3)
    assert len(base) <= 58
    assert SAGEMAKER_NAME.fullmatch(f"{base}-20")
    assert SAGEMAKER_NAME.fullmatch(names.processing_job_name(name, RUN))
    assert SAGEMAKER_NAME.fullmatch(f"{names.screening_job_name(name, 125, RUN)}-1020")
    experiment = names.experiment_name(name, RUN)
    assert EXPERIMENT_NAME.fullmatch(experiment)
    assert EXPERIMENT_NAME.fullmatch(names.trial_name(experiment, candidate))


def test_truncated_job_names_stay_distinct():
    candidates = [names.candidate_key(f"{'m' * 90}{n}", None, {}) for n in range(50)]
    jobs = {
        names.base_job_name(LONGEST_NAME, candidate, LARGEST_SEED - seed, RUN)
        for candidate in candidates
        for seed in range(3)
    }
    assert len(jobs) == 150


def test_the_jobs_of_a_candidates_stages_have_names_of_their_own():
    made = {names.base_job_name("a", "m-000000", 1, RUN, rung) for rung in (None, 1, 2)}
    items = {names.item_key("m-000000", 1, rung) for rung in (None, 1, 2)}

    assert (len(made), len(items)) == (3, 3)


def test_names_of_different_runs_differ():
    other = RUN.replace("3", "4")
    assert names.base_job_name("a", "m-000000", 1, RUN) != names.base_job_name(
        "a", "m-000000", 1, other
    )
    assert names.experiment_name(LONGEST_NAME, RUN) != names.experiment_name(LONGEST_NAME, other)
    assert names.processing_job_name(LONGEST_NAME, RUN) != names.processing_job_name(
        LONGEST_NAME, other
    )


def test_an_item_tells_the_part_of_the_rows_that_it_trains_on():
    assert names.train_percent_of(names.item_key("m-p50-0a1b2c", 42, train_percent=25)) == 25
    assert names.train_percent_of(names.item_key("m-p50-0a1b2c", 42)) is None
    assert names.train_percent_of(names.item_key("m-0a1b2c", 42, rung=1)) is None
    whole, part = (
        names.base_job_name("a", "m-000000", 1, RUN, train_percent=each) for each in (None, 25)
    )
    assert whole != part
