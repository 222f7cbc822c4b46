"""Text of strangers in every rendering of a run: labels, texts, names, reasons, warnings.

Nothing in it is run by a spreadsheet, a browser or a terminal, and it forges no line of ours.
"""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from bakeoff.api.comparison import Comparison
from bakeoff.api.side_by_side import SideBySide
from bakeoff.api.text import comparison_text
from bakeoff.cli.comparison_table import print_comparison, print_problems, print_verdict
from bakeoff.cli.formats import markdown
from bakeoff.cli.tables import Header, print_table
from bakeoff.client.metric_values import from_log
from bakeoff.client.progress_text import ProgressLines
from bakeoff.report import picture, render
from bakeoff.summary.tables import tables
from tests.support import summary_parts as parts
from tests.support import summary_samples
from tests.support.slice_samples import slices_of

FORGED = "bakeoff split=test epoch=1 loss=0.0 f1=1.0"
HOSTILE = {
    "formula": '=HYPERLINK("http://evil.example","x")',
    "later formula": "fine; =1+1;@SUM(1)",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x9b2J\r\x08",
    "direction": "\u202egnirts",
    "lines": f"x\n{FORGED}\n  1  another-model  0.9999\u2028bakeoff failed: all",
}


def summary_with(text):
    """A finished run with the text wherever a stranger's can be."""
    sample = summary_samples.binary()
    first, second, *others = sample.candidates
    candidates = [
        first.model_copy(update={"name": text, "requested_as": text, "warnings": [text]}),
        second.model_copy(update={"status": "partial", "reason": text, "model": text}),
        *others,
    ]
    rows = [row.model_copy(update={"texts": [text], "label": text}) for row in sample.hardest_rows]
    conditions = sample.conditions.model_copy(
        update={"labels": [text, "other"], "positive_label": text, "dataset": text}
    )
    suspects = parts.suspects([first.candidate], [text, "other"], [text])
    provenance = sample.provenance.model_copy(update={"name": text})
    slices = slices_of(sample.candidates, [text], {text: [text]})
    return sample.model_copy(
        update={
            "slices": slices,
            "suspect_labels": suspects,
            "candidates": candidates,
            "hardest_rows": rows,
            "conditions": conditions,
            "provenance": provenance,
            "verdict": sample.verdict.model_copy(update={"sentences": [text, text]}),
        }
    )


def printed(show, is_terminal=False):
    out = io.StringIO()
    show(Console(file=out, width=400, force_terminal=is_terminal, color_system=None))
    return out.getvalue()


def side_by_side(text):
    runs = []
    for run in "12":
        summary = summary_with(text)
        provenance = summary.provenance.model_copy(update={"run": run})
        files = {"summary.json": summary.model_copy(update={"provenance": provenance}).to_json()}
        runs.append(Comparison(files, f"results/{run}"))
    return SideBySide(runs)


def progress_lines(text):
    lines = []
    with ProgressLines(lines.append) as view:
        view.show(text, [], 1)
    return "\n".join(lines)


PROBLEM_FIELDS = ("field", "problem", "remedy")
TEXTS = {
    "comparison": lambda text: printed(lambda out: print_comparison(out, summary_with(text))),
    "verdict": lambda text: printed(lambda out: print_verdict(out, summary_with(text).verdict)),
    "table": lambda text: printed(
        lambda out: print_table(out, [Header("a"), Header("b")], [[text, "1"], ["x", text]])
    ),
    "problems": lambda text: printed(
        lambda out: print_problems(out, [dict.fromkeys(PROBLEM_FIELDS, text)])
    ),
    "progress": progress_lines,
    "markdown": lambda text: markdown(summary_with(text)),
    "python": lambda text: comparison_text(summary_with(text), "results/x"),
    "python, several runs": lambda text: repr(side_by_side(text)),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("rendering", TEXTS)
def test_no_text_commands_a_terminal_or_has_a_line_of_its_own(rendering, kind):
    render_text = TEXTS[rendering]

    shown = render_text(HOSTILE[kind])

    assert not _commands(shown)
    assert shown.count("\n") == render_text("harmless").count("\n")
    assert from_log(shown.splitlines()) == {}


@pytest.mark.parametrize("kind", HOSTILE)
def test_in_a_terminal_the_table_has_a_line_per_candidate(kind):
    def shown(text):
        return printed(lambda out: print_table(out, [Header("a")], [[text]]), is_terminal=True)

    assert not _commands(shown(HOSTILE[kind]))
    assert shown(HOSTILE[kind]).count("\n") == shown("harmless").count("\n")


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_cell_is_a_formula_in_a_spreadsheet_of_any_country(kind, separator):
    for table in tables(summary_with(HOSTILE[kind])).values():
        assert not _commands(table.replace("\r\n", "\n"))
        for row in csv.reader(io.StringIO(table, newline=""), delimiter=separator):
            cells = [cell for cell in row if not _is_number(cell)]
            assert not [cell for cell in cells if re.match(r"\s*[=+\-@＝＋－＠]", cell)]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_page_runs_nothing_and_links_nowhere(kind):
    harmless, hostile = (_Page(render(summary_with(text), None)) for text in ("x", HOSTILE[kind]))

    assert hostile.tags == harmless.tags
    assert not _commands(hostile.source)
    assert not _commands(picture(summary_with(HOSTILE[kind])))


class _Page(HTMLParser):
    """Counts a page's tags, and refuses attributes that would run something."""

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.tags = {}
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        assert not [name for name, _ in attributes if name.startswith("on")]
        if tag in ("script", "img", "iframe", "a", "style", "link", "form"):
            self.tags[tag] = self.tags.get(tag, 0) + 1


def _commands(text):
    """The characters by which a text would command a terminal or turn its direction."""
    return re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
