"""Two models in folders of the same name: every result says which is which."""

import io

import pytest
from rich.console import Console

from bakeoff.cli.comparison_table import print_comparison
from bakeoff.report import picture, render
from bakeoff.result_files import COMPARISON, JOBS, METRICS, SLICES
from bakeoff.summary.tables import tables
from tests.support import summary_samples
from tests.support.slice_samples import slices_of

NAMES = ("a/checkpoint-500", "b/checkpoint-500")


@pytest.fixture(scope="module")
def summary():
    sample = summary_samples.binary()
    candidates = [
        one.model_copy(update={"name": name, "requested_as": f"./{name}"})
        for name, one in zip(NAMES, sample.candidates, strict=False)
    ]
    slices = slices_of(candidates, ["neg", "pos"], {})
    return sample.model_copy(update={"candidates": candidates, "slices": slices})


def terminal(summary):
    out = io.StringIO()
    print_comparison(Console(file=out, width=200), summary)
    return out.getvalue()


RENDERINGS = {
    "terminal": terminal,
    "report": lambda summary: render(summary, None),
    "picture": picture,
    COMPARISON: lambda summary: tables(summary)[COMPARISON],
    JOBS: lambda summary: tables(summary)[JOBS],
    METRICS: lambda summary: tables(summary)[METRICS],
    SLICES: lambda summary: tables(summary)[SLICES],
}


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_models_in_folders_of_the_same_name_are_told_apart(rendering, summary):
    text = RENDERINGS[rendering](summary)

    assert all(name in text for name in NAMES)
