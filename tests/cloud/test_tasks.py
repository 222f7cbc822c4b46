"""Runs of every task with baselines, and of every method, from the request to the tables."""

import csv
import io
import json
from typing import Any

import pytest

from tests.cloud.conftest import BAD, GOOD, HYPERPARAMETERS, Material
from tests.support.deployed_service import Service

BASELINES = {"baseline/majority", "baseline/tfidf"}
PAIRS, TOPICS, STARS = "pairs", "topics", "stars"
# Each method but `full`, which the second run on pairs has: a job imports for seconds.
METHODS = {PAIRS: ("frozen", "static", "zeroshot"), TOPICS: ("lora",), STARS: ("prompt",)}


def table(header: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *rows])
    return text.getvalue().encode()


def numbered(num_copies: int) -> list[tuple[str, bool]]:
    """Texts, and whether they are good ones."""
    texts = [(text, True) for text in GOOD] + [(text, False) for text in BAD]
    return [(f"{text} {number}", good) for number in range(num_copies) for text, good in texts]


def pair_rows(num_copies: int) -> bytes:
    rows = [[text, "a good film", "yes" if good else "no"] for text, good in numbered(num_copies)]
    return table(["premise", "hypothesis", "label"], rows)


def topic_rows(num_copies: int) -> bytes:
    rows = [
        [text, "|".join(["film"] * ("film" in text) + ["praise"] * good)]
        for text, good in numbered(num_copies)
    ]
    return table(["text", "topics"], rows)


def star_rows(num_copies: int) -> bytes:
    return table(
        ["text", "stars"], [[text, 4.5 if good else 1.5] for text, good in numbered(num_copies)]
    )


@pytest.fixture(scope="module")
def runs(service: Service, material: Material) -> Service:
    """One run for each task, all at once; that on numbers has a learning curve, which takes more
    rows, of the only candidate that learns from them."""

    def dataset(name: str, rows: Any, num_copies: int = 8) -> dict[str, str]:
        splits = {"train": rows(num_copies), "test": rows(2)}
        return {
            split: service.put(f"uploads/tasks/{name}-{split}.csv", content)
            for split, content in splits.items()
        }

    def shared(name: str) -> dict[str, Any]:
        models = [
            {"id": material.models["causal" if method == "prompt" else "bert"], "method": method}
            for method in METHODS[name]
        ]
        return {"baselines": True, "models": models, "hyperparameters": HYPERPARAMETERS}

    service.request(PAIRS, {**shared(PAIRS), "dataset": dataset(PAIRS, pair_rows)})
    service.request(
        TOPICS,
        {
            **shared(TOPICS),
            "dataset": dataset(TOPICS, topic_rows),
            "label": "topics",
            "label_delimiter": "|",
        },
    )
    stars = {"dataset": dataset(STARS, star_rows, num_copies=24), "label": "stars"}
    service.request(STARS, {**shared(STARS), **stars, "learning_curve": True})
    for name in (PAIRS, TOPICS, STARS):
        service.wait_for_results(name)
    return service


@pytest.mark.parametrize(
    ("name", "task", "main_metric", "direction"),
    [
        (PAIRS, "binary", "f1", "higher"),
        (TOPICS, "multilabel", "micro_f1", "higher"),
        (STARS, "regression", "rmse", "lower"),
    ],
)
def test_every_task_ranks_model_and_baselines_by_its_own_metric(
    runs: Service, name: str, task: str, main_metric: str, direction: str
) -> None:
    rows = runs.table(name)

    assert {row["status"] for row in rows} == {"completed"}, rows
    assert {row["model"] for row in rows} > BASELINES
    conditions = json.loads(runs.get(f"results/{name}/summary.json"))["conditions"]
    assert conditions["task"] == task
    assert conditions["task_reason"]
    assert {(row["main_metric"], row["main_metric_direction"]) for row in rows} == {
        (main_metric, direction)
    }
    values = [float(row["score"]) for row in rows]
    assert values == sorted(values, reverse=direction == "higher")


def test_every_task_s_candidates_are_scored_on_slices(runs: Service) -> None:
    for name, by_truth in ((PAIRS, "label"), (TOPICS, "label"), (STARS, "target")):
        rows = runs.table(name, "slices.csv")
        assert {row["sliced_by"] for row in rows} == {"text_length", by_truth}
        scored = {row["candidate"] for row in rows if row["score"]}
        assert scored == {row["candidate"] for row in runs.table(name)}


def test_the_learning_curve_has_three_points_and_a_forecast(runs: Service) -> None:
    rows = runs.table(STARS, "learning_curve.csv")

    assert {row["model"] for row in rows} == {"baseline/tfidf"}
    assert [row["train_percent"] for row in rows] == ["25", "50", "100", "200"]
    assert [row["train_rows"] for row in rows[:3]] == ["50", "99", "198"]
    assert all(row["score"] for row in rows[:3])
    assert rows[3]["score"] or rows[3]["reason"]
    assert {row["stage"] for row in runs.table(STARS, "jobs.csv")} == {"final"}
    sentences = json.loads(runs.get(f"results/{STARS}/summary.json"))["verdict"]["sentences"]
    assert "labels" in sentences[-1]


def test_labels_are_looked_at_by_every_linear_method(runs: Service) -> None:
    summary = json.loads(runs.get(f"results/{PAIRS}/summary.json"))
    found = summary["suspect_labels"]
    methods = {each["candidate"]: each["method"] for each in summary["candidates"]}
    assert [methods[each] for each in found["candidates"]] == ["tfidf", "frozen", "static"]
    assert found["rows"]["test"] == summary["conditions"]["rows"]["test"]
    assert found["seconds"] > 0
    for name in (TOPICS, STARS):
        assert json.loads(runs.get(f"results/{name}/summary.json"))["suspect_labels"] is None


def test_learnable_data_is_predicted_better_than_by_the_majority(runs: Service) -> None:
    for name, sign in ((PAIRS, 1), (TOPICS, 1), (STARS, -1)):
        by_model = {row["model"]: float(row["score"]) for row in runs.table(name)}
        gain = by_model["baseline/tfidf"] - by_model["baseline/majority"]
        assert sign * gain > 0, name


def test_every_method_is_a_candidate_of_its_own(runs: Service) -> None:
    for name, methods in METHODS.items():
        rows = [row for row in runs.table(name) if row["model"] not in BASELINES]
        assert {row["method"] for row in rows} == set(methods)
        assert len({row["candidate"] for row in rows}) == len(methods)


def test_what_methods_without_training_chose_is_in_the_table_of_jobs(runs: Service) -> None:
    jobs = [row for name in (PAIRS, STARS) for row in runs.table(name, "jobs.csv")]
    chosen = {row["method"]: json.loads(row["chosen"]) for row in jobs if row["chosen"]}

    assert chosen["frozen"]["pooling"] == "mean"
    assert chosen["static"]["embeddings"] == "distilled"
    assert "template" in chosen["zeroshot"]
    assert "number_of_examples" in chosen["prompt"]


def test_the_data_card_reports_rows_and_lengths(runs: Service) -> None:
    card = json.loads(runs.get(f"results/{TOPICS}/data.json"))

    assert card["splits"]["test"]["rows"] == 20
    (model,) = card["models"].values()
    assert 0 <= model["splits"]["test"]["truncated_share"] <= 1


def test_a_second_run_with_one_more_model_prepares_only_that(
    runs: Service, material: Material
) -> None:
    cached = set(runs.keys("cache/"))
    splits = {
        split: f"s3://{runs.bucket}/uploads/tasks/{PAIRS}-{split}.csv"
        for split in ("train", "test")
    }

    runs.request("pairs-again", material.request(["bert", "gpt2"], dataset=splits))
    runs.wait_for_results("pairs-again")

    assert {row["status"] for row in runs.table("pairs-again")} == {"completed"}
    made = set(runs.keys("cache/")) - cached
    # The new model's files and its tokens, and a trial of each: the other model has taken part with
    # other methods. Its files and tokens are there, and so are the rows.
    markers = sorted(
        key.split("/")[1] for key in made if key.endswith(".json") and key.count("/") == 2
    )
    assert markers == ["models", "tokenised", "trials", "trials"]
