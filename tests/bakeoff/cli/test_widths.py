"""Tables in terminals of any width: a name or a number is whole, or it is not there."""

import io

import pytest
from rich.console import Console

from bakeoff.cli.comparison_table import print_comparison, print_problems
from bakeoff.cli.tables import Header, print_table
from tests.support import summary_samples

WIDTHS = (40, 60, 80, 100, 120, 200)
LONG = "an-organisation-with-a-long-name/a-model-with-a-longer-name-than-most-terminals-are-wide"


def printed(show, width):
    out = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    show(out)
    return out.file.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sample", ["binary", "regression", "single", "all_failed"])
def test_every_candidate_is_named_in_full_with_its_whole_score(sample, width):
    summary = getattr(summary_samples, sample)()
    text = printed(lambda out: print_comparison(out, summary), width)

    metric = summary.conditions.main_metric
    for candidate in summary.candidates:
        (line, *_) = [line for line in text.splitlines() if candidate.name in line]
        score = candidate.metrics.get(metric)
        after = text[text.index(line) :]
        assert score is None or f"{score.mean:.4f}" in after.split("\n\n")[0]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_is_cut_and_no_line_is_too_long(width):
    headers = [Header("model"), Header("loss", is_number=True), Header("size", is_number=True)]
    headers += [Header("state", gives_way=1), Header("words", gives_way=2, is_sentence=True)]
    rows = [["m" * 12, "1.4182", "22.7 M", "trying rate 2/3", "A sentence of several words."]]

    lines = printed(lambda out: print_table(out, headers, rows), width).splitlines()

    found = [word for line in lines for word in line.split()]
    assert {"1.4182", "22.7"} <= set(found) and "m" * 12 in found
    assert "trying" not in found or any("trying rate 2/3" in line for line in lines)
    assert all(len(line) <= width for line in lines)


def test_a_column_that_matters_less_stays_where_a_wider_one_does_not_fit():
    headers = [Header("model"), Header("marks", gives_way=1), Header("time", gives_way=2)]

    text = printed(lambda out: print_table(out, headers, [["m", "x" * 40, "1:05"]]), 30)

    assert "1:05" in text and "marks" not in text


def test_a_name_wider_than_the_terminal_has_its_values_below_it():
    headers = [Header("rank", is_number=True), Header("model"), Header("f1", is_number=True)]

    lines = printed(lambda out: print_table(out, headers, [["1", LONG, "0.8673"]]), 80).splitlines()

    assert "".join(lines).replace(" ", "").startswith(LONG)
    assert lines[-2].strip() == "rank 1, f1 0.8673"


@pytest.mark.parametrize("width", WIDTHS)
def test_sentences_are_broken_between_words(width):
    problem = {
        "field": "models[1].hyperparameters.learning_rate",
        "problem": "1.5 is too high.",
        "remedy": "Give a number above 0 and at most 1, such as 0.00005, or leave it out.",
    }

    lines = printed(lambda out: print_problems(out, [problem]), width).splitlines()

    sentence = " ".join([problem["field"] + ":", problem["problem"], problem["remedy"]])
    assert [word for line in lines for word in line.split()] == sentence.split()
    assert all(len(line) <= width for line in lines)
