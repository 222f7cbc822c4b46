"""The benchmark of training compares the same rows, in as many updates."""

import json

import pytest

from bench.training_speed import main

TINY = [
    *("--rows", "96", "--max-length", "64", "--updates", "2", "--no-memory"),
    *("--matrix-size", "128"),
    *("--seeds", "1", "--accuracy-rows", "32", "--accuracy-test-rows", "8"),
    *("--accuracy-length", "16"),
]


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    main([*TINY, "--json", str(file)])
    return json.loads(file.read_text())


def test_both_recipes_train_the_same_rows_in_as_many_updates(figures):
    original, bakeoff = figures["sides"]["original"], figures["sides"]["bakeoff"]
    assert figures["dataset"] == "made up"
    assert figures["updates"] == 2
    assert len(original["seconds"]) == len(bakeoff["seconds"]) == 2
    assert original["rows"] == bakeoff["rows"] == 64
    assert original["tokens"] == bakeoff["tokens"]


def test_only_the_original_pads_to_the_longest(figures):
    original, bakeoff = figures["sides"]["original"], figures["sides"]["bakeoff"]
    assert original["padded_tokens"] == 64 * 64
    assert bakeoff["tokens"] <= bakeoff["padded_tokens"] < original["padded_tokens"]


def test_the_ratio_is_that_of_the_seconds(figures):
    seconds = {name: sum(side["seconds"]) for name, side in figures["sides"].items()}
    assert figures["ratio"] == pytest.approx(seconds["original"] / seconds["bakeoff"])
    assert figures["matrix_product_flops"] > 0
    # MiniLM: six layers of 12 * 384 * 384 weights, each in three products of two operations.
    assert figures["flops_per_token"] == 6 * 6 * 12 * 384 * 384


def test_it_reports_the_accuracy_of_both_and_the_time_of_the_whole_job(figures):
    for found in figures["accuracy"]["recipes"].values():
        assert 0 <= found["accuracy"][0] <= 1
        assert found["job_seconds"][0] > 0
