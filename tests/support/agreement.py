"""Asserts that the files of one run agree."""

import csv
import html
import io
import json
from collections.abc import Mapping
from html.parser import HTMLParser
from statistics import fmean

import pytest

from bakeoff.summary.document import Summary
from bakeoff.summary.ownership import Ownership

FILES = (
    "comparison.csv",
    "metrics.csv",
    "jobs.csv",
    "slices.csv",
    "suspect_labels.csv",
    "learning_curve.csv",
    "data.json",
    "summary.json",
    "report.html",
    "run.json",
)
"""The files of a successful run."""
TEXTS = ("memory_of", "device", "instance_type", "machine")


def assert_files_agree(files: Mapping[str, bytes]) -> Summary:
    """`files` are those of a run's results by name; the summary is returned for further looks."""
    summary = Summary.from_json(files["summary.json"])
    rows, jobs = table(files["comparison.csv"]), table(files["jobs.csv"])
    values = table(files["metrics.csv"])
    assert [row["candidate"] for row in rows] == [each.candidate for each in summary.candidates]
    for row, candidate in zip(rows, summary.candidates, strict=True):
        key = candidate.candidate
        _assert_row_agrees(row, candidate, summary.conditions.main_metric)
        own = [each for each in values if each["candidate"] == key]
        _assert_metrics_agree(own, candidate)
        _assert_jobs_agree([job for job in jobs if job["candidate"] == key], candidate)
    _assert_best(rows, summary)
    _assert_report_agrees(files["report.html"].decode(), summary)
    assert summary.provenance.run == json.loads(files["run.json"])["run"]
    # JSON has no NaN, but Python writes and reads it.
    json.loads(files["summary.json"], parse_constant=pytest.fail)
    return summary


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def _assert_row_agrees(row, candidate, main_metric):
    assert (row["name"], row["status"]) == (candidate.name, candidate.status)
    assert number(row["rank"]) == candidate.rank
    assert {"true": True, "false": False, "": None}[row["tied"]] == candidate.is_tied
    score = candidate.metrics.get(main_metric)
    assert number(row["score"]) == (score.mean if score else None)
    interval = score.interval if score else None
    assert number(row["score_low"]) == (interval.low if interval else None)
    assert number(row["score_high"]) == (interval.high if interval else None)
    versus = candidate.versus_best
    assert number(row["p_value_adjusted"]) == (versus.p_value_adjusted if versus else None)
    assert number(row["difference"]) == (versus.difference if versus else None)
    for name in ("num_parameters", "latency_p50_seconds", "training_seconds", "cost_usd"):
        assert number(row[name]) == getattr(candidate.ownership, name), name


def _assert_metrics_agree(values, candidate):
    for split, metrics in (("test", candidate.metrics), ("validation", candidate.validation)):
        for name, metric in metrics.items():
            own = [one for one in values if (one["split"], one["metric"]) == (split, name)]
            (mean,) = [one for one in own if not one["seed"]]
            assert number(mean["value"]) == metric.mean
            assert number(mean["deviation"]) == metric.std
            if metric.interval:
                assert (float(mean["low"]), float(mean["high"])) == (
                    metric.interval.low,
                    metric.interval.high,
                )
                # The scores of resamples are rounded elsewhere: a 1 may be 0.9999999999999999.
                assert metric.interval.low <= metric.mean + 1e-12
                assert metric.interval.high >= metric.mean - 1e-12
            by_seed = {int(one["seed"]): number(one["value"]) for one in own if one["seed"]}
            assert by_seed == metric.by_seed
            known = [value for value in by_seed.values() if value is not None]
            assert fmean(known) == pytest.approx(metric.mean, abs=1e-12)


def _assert_jobs_agree(jobs, candidate):
    assert [int(job["seed"]) for job in jobs] == candidate.seeds
    completed = [job for job in jobs if job["status"] == "completed"]
    assert [int(job["seed"]) for job in completed] == candidate.seeds_completed
    for job, summarised in zip(jobs, candidate.jobs, strict=True):
        assert job["job_name"] == (summarised.job_name or "")
        assert number(job["accuracy"]) == summarised.test.get("accuracy")
        for name in Ownership.model_fields:
            owned = getattr(summarised.ownership, name)
            assert ((job[name] or None) if name in TEXTS else number(job[name])) == owned, name


def _assert_best(rows, summary):
    first = summary.candidates[0]
    if first.status == "failed":
        assert summary.verdict.best is None
        return
    assert summary.verdict.best == rows[0]["candidate"]
    tied = [each.candidate for each in summary.candidates if each.is_tied]
    assert summary.verdict.tied == (tied or [first.candidate])
    metric = summary.conditions.main_metric
    best = first.metrics[metric].mean
    for each in summary.candidates:
        if each.versus_best is not None:
            difference = each.metrics[metric].mean - best
            assert each.versus_best.difference == pytest.approx(difference, abs=1e-9)


def _assert_report_agrees(page: str, summary: Summary):
    for sentence in summary.verdict.sentences:
        assert sentence in html.unescape(page)
    found = _Tables()
    found.feed(page)
    rows = found.tables["All candidates"]
    assert len(rows) == len(summary.candidates)
    metric = summary.conditions.main_metric
    for row, candidate in zip(rows, summary.candidates, strict=True):
        score = candidate.metrics.get(metric)
        assert row[0] == candidate.rank
        assert row[3] == (pytest.approx(score.mean, rel=1e-8) if score else None)
        interval = score.interval if score else None
        assert row[4] == (pytest.approx(interval.low, rel=1e-8) if interval else None)


class _Tables(HTMLParser):
    """The data-value of each cell, by row, of each table by its caption."""

    def __init__(self):
        super().__init__()
        self.tables: dict[str, list[list[float | None]]] = {}
        self._rows: list[list[float | None]] = []
        self._in_body = self._in_caption = False

    def handle_starttag(self, tag, attrs):
        if tag == "caption":
            self._in_caption = True
        if tag == "tbody":
            self._in_body = True
        if tag == "tr" and self._in_body:
            self._rows.append([])
        if tag in ("td", "th") and self._in_body:
            value = dict(attrs).get("data-value")
            self._rows[-1].append(None if value is None else float(value))

    def handle_data(self, data):
        if self._in_caption:
            self._rows = self.tables.setdefault(data.strip(), [])

    def handle_endtag(self, tag):
        if tag == "caption":
            self._in_caption = False
        if tag == "tbody":
            self._in_body = False
