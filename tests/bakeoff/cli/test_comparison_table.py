"""The comparison as people see it in a terminal."""

import io

import pytest
from rich.console import Console

from bakeoff.cli.comparison_table import comparison_table, print_comparison, print_verdict
from bakeoff.summary.marks import Mark
from tests.support import summary_samples as samples
from tests.support.staged import StagedRun

SAMPLES = (samples.binary, samples.multiclass, samples.regression, samples.all_failed)


def printed(summary, width):
    out = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    print_verdict(out, summary.verdict)
    print_comparison(out, summary)
    return out.file.getvalue()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_terminal_of_80_columns_has_a_line_for_each_candidate(sample):
    summary = sample()
    lines = printed(summary, 80).splitlines()
    assert max(map(len, lines)) <= 80
    (header,) = [line.split() for line in lines if line.split()[:1] == ["rank"]]
    assert header[:2] == ["rank", "name"]


def test_the_columns_to_choose_by_are_kept_on_a_narrow_terminal():
    text = printed(samples.binary(), 80)
    for name in ("f1", "interval", "tied"):
        assert f" {name} " in text
    assert "all-MiniLM-L6-v2 (lora)" in text
    assert " loss " not in text
    assert "Size is in parameters" not in text


def test_epochs_are_not_spoken_of_where_no_candidate_has_any():
    summary = samples.binary()
    baselines = [each for each in summary.candidates if each.is_baseline]
    text = " ".join(printed(summary.model_copy(update={"candidates": baselines}), 160).split())

    assert baselines and "settings were chosen on" in text and "best epoch" not in text
    assert "the best epoch was chosen on" in " ".join(printed(summary, 160).split())


def test_a_wide_terminal_has_every_column():
    text = printed(samples.binary(), 160)
    for name in ("method", "accuracy", "loss", "seeds", "epoch", "time", "size"):
        assert f" {name} " in text
    assert "Size is in parameters" in text


def test_paragraphs_are_broken_between_words():
    summary = samples.binary()
    words = {word for sentence in summary.verdict.sentences for word in sentence.split()}
    lines = printed(summary, 40).splitlines()
    assert {word for line in lines[:8] for word in line.split()} <= words


def test_marks_and_validation_scores_have_columns_where_there_are_any():
    summary = StagedRun().summary()
    mark = Mark(kind="still_improving", sentence="It was still improving.")
    first = summary.candidates[0].model_copy(update={"marks": [mark]})
    marked = summary.model_copy(update={"candidates": [first, *summary.candidates[1:]]})

    text = printed(marked, 160)

    assert "still improving" in text and " marks " in text
    assert "stopped" in text and "screened" in text and "0.7" in text
    assert "Validation is the score there" in text
    # Those that dropped out are counted; only what failed has its reason below the table.
    assert "model-e failed: The GPU's memory ran out." in text
    assert "Others were better" not in text
    assert " marks " not in printed(samples.binary(), 160)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [(0, "0"), (2, "2"), (49_999, "49,999"), (50_000, "0.1 M"), (22_700_000, "22.7 M"), (None, "")],
)
def test_no_size_is_rounded_to_none(parameters, shown):
    summary = samples.binary()
    first = summary.candidates[0]
    ownership = first.ownership.model_copy(update={"num_parameters": parameters})
    first = first.model_copy(update={"ownership": ownership})

    headers, lines = comparison_table(summary.model_copy(update={"candidates": [first]}))

    assert [header.text for header in headers][-1] == "size"
    assert lines[0][-1] == shown
