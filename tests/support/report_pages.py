"""The reports of the sample summaries, as pages."""

from bakeoff.report import render
from bakeoff.summary.document import Summary
from tests.support import summary_samples as samples
from tests.support.forty_models import forty_models
from tests.support.report_documents import Page

SAMPLES = ("binary", "multiclass", "regression", "single", "all_failed", "forty")
MAX_BYTES = 5_000_000


def sample(name: str) -> Summary:
    return forty_models() if name == "forty" else getattr(samples, name)()


def changed(summary: Summary, **changes: object) -> Page:
    return Page(render(summary.model_copy(update=changes), None))
