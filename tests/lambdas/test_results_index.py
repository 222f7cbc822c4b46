"""The page that lists all results: what Compare keeps of every run, whoever ends when."""

import json

import pytest

from bakeoff import layout
from bakeoff.errors import StorageError
from bakeoff.report import render_index
from bakeoff.summary.run_entry import RunEntry
from lambdas.results_index import list_results
from tests.support.fake_store import FakeStore
from tests.support.report_documents import Page

HOSTILE = '"><script>alert(1)</script>\u202e='


def entry(name: str, **more: object) -> RunEntry:
    given = {
        "run": "0" * 16,
        "name": name,
        "requested_at": "2026-11-30T10:00:00Z",
        "dataset": "stanfordnlp/imdb",
        "winner": "distilroberta-base",
        "main_metric": "macro_f1",
        "score": 0.9425,
        "num_candidates": 4,
        "billable_seconds": 7500,
        "cost_usd": 2.125,
    }
    return RunEntry.model_validate(given | more)


def publish(store: FakeStore, name: str, **more: object) -> None:
    store.put(layout.latest_key(name, "run.json"), entry(name, **more).to_json())
    store.put(layout.archived_key(name, "0" * 16, "run.json"), entry(name, **more).to_json())


def listed(store: FakeStore) -> list[str]:
    page = Page(store.get(layout.RESULTS_INDEX).decode())
    return [link.text.strip() for link in page.all("a")]


def test_each_name_has_a_line_with_what_its_newest_run_found() -> None:
    store = FakeStore()
    publish(store, "imdb")
    list_results(store)

    page = Page(store.get("results/index.html").decode())
    cells = [cell.text.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in page.all("td")]
    assert page.one("a").attributes["href"] == "imdb/report.html"
    assert cells == [
        "stanfordnlp/imdb",
        "distilroberta-base",
        "Macro F1",
        "0.943",
        "4",
        "2 h 5 min",
        "$2.12",
        "2026-11-30 10:00 UTC",
    ]


def test_uploaded_data_is_called_as_its_file_and_what_no_run_has_is_left_out() -> None:
    uploaded = f"s3://bucket/uploads/{'0' * 32}/train.parquet"
    page = Page(render_index([entry("imdb", dataset=uploaded, cost_usd=None)]))

    cells = page.all("td")
    assert (cells[0].text, cells[0].attributes["title"]) == ("train.parquet", uploaded)
    assert "Cost" not in [heading.text for heading in page.all("th")]


def test_the_newest_comes_first_and_columns_sort_by_their_numbers() -> None:
    html = render_index(
        [
            entry("b", requested_at="2026-11-29T10:00:00Z"),
            entry("a", requested_at=None),
            entry("c", requested_at="2026-11-30T10:00:00Z"),
        ]
    )

    page = Page(html)
    assert [link.text for link in page.all("a")] == ["c", "b", "a"]
    assert "sortable" in page.one("table").attributes["class"]
    values = [cell.attributes.get("data-value") for cell in page.all("td")]
    assert {"0.9425", "7500", "2.125"} <= set(values)
    assert "http://" not in html and "https://" not in html


def test_names_from_outside_are_text_and_lead_nowhere_else() -> None:
    html = render_index([entry("javascript:alert(1)", dataset=HOSTILE, winner=HOSTILE)])

    page = Page(html)
    assert not page.all("a") and "javascript:alert(1)" in page.one("main").text
    assert "<script>alert" not in html and "\u202e" not in html
    assert len(page.all("script")) == 1


def test_a_line_is_called_as_its_folder_is() -> None:
    store = FakeStore()
    store.put("results/mine/run.json", entry("../elsewhere").to_json())
    list_results(store)
    assert listed(store) == ["mine"]


def test_results_that_were_deleted_or_failed_or_cannot_be_read_have_no_line() -> None:
    store = FakeStore()
    publish(store, "imdb")
    publish(store, "gone")
    list_results(store)
    assert listed(store) == ["gone", "imdb"]

    store.delete("results/gone/run.json")
    store.put("results/failed/error.json", b"{}")
    store.put("results/broken/run.json", b"[1")
    list_results(store)
    assert listed(store) == ["imdb"]


def test_results_of_older_versions_have_a_line_with_what_is_known() -> None:
    store = FakeStore()
    older = {"run": "1", "name": "old", "request_key": "requests/old.json", "requested_at": None}
    store.put("results/old/run.json", json.dumps(older).encode())
    list_results(store)
    assert listed(store) == ["old"]


class Contested(FakeStore):
    """Between reading and writing, another run publishes its results and writes the page."""

    def __init__(self, others: list[str]) -> None:
        super().__init__()
        self.others = others

    def put_if_unchanged(
        self, key: str, content: bytes, state: str | None, content_type: str
    ) -> bool:
        if self.others:
            publish(self, self.others.pop())
            list_results(self)
        return super().put_if_unchanged(key, content, state, content_type)


def test_runs_that_end_at_once_lose_no_line() -> None:
    store = Contested(["b", "c", "d"])
    publish(store, "a")
    list_results(store)
    assert sorted(listed(store)) == ["a", "b", "c", "d"]


def test_a_page_that_keeps_changing_is_left_to_the_others() -> None:
    class Busy(FakeStore):
        attempts = 0

        def put_if_unchanged(self, *_: object, **__: object) -> bool:
            self.attempts += 1
            return False

    store = Busy()
    publish(store, "a")
    list_results(store)
    assert store.attempts == 5


@pytest.mark.parametrize("broken", ["state", "folders", "find_all", "put_if_unchanged"])
def test_what_fails_costs_the_page_alone(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("no answer")

    store = FakeStore()
    setattr(store, broken, fail)
    list_results(store)
    assert "could not be written" in caplog.text
