import functools
import json

import pytest

from bakeoff import layout
from bakeoff.cost.cost_plan import CostPlan
from bakeoff.errors import ExecutionInputError
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.request.schema import MAX_REQUEST_BYTES
from bakeoff.request.upload import RequestEvent
from tests.lambdas.conftest import OTHER_ARN, put_request, read_in
from tests.support.fake_price_list import FakePriceList


@pytest.fixture
def read(store, code, settings):
    return functools.partial(read_in, store, code, settings)


def test_the_walk_through_as_a_short_request_is_accepted(read, store, s3_event):
    answer = read(s3_event())
    run = RequestEvent.from_event(s3_event()).run
    assert answer["status"] == "accepted"
    assert (answer["run"], answer["name"], answer["bucket"]) == (run, "imdb", "bakeoff-bucket")
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    assert [c["model"] for c in resolved["candidates"]] == [
        "distilbert-base-uncased",
        "distilroberta-base",
    ]
    assert answer["processing_job"]["ProcessingJobName"]


def test_the_deployed_code_is_kept_for_the_run(read, store, code, s3_event):
    run = read(s3_event())["run"]
    assert store.objects[layout.code_archive_key(run)] == code.objects["0123abcd.gz"]


def test_the_exact_version_of_the_event_is_read(read, store, s3_event):
    store.objects["requests/imdb.json"] = b"overwritten meanwhile"
    assert read(s3_event())["status"] == "accepted"


def test_an_unversioned_bucket_is_read_without_a_version(read, store, recorded):
    event = recorded("object_created_unversioned")
    put_request(store, event, {"dataset": "a/b", "models": ["m"]})
    assert read(event)["status"] == "accepted"


def test_a_retry_of_the_same_execution_goes_on(read, s3_event):
    assert read(s3_event()) == read(s3_event())


def test_another_execution_of_the_same_event_is_a_duplicate_and_changes_nothing(
    read, store, s3_event
):
    read(s3_event())
    before = dict(store.objects)
    answer = read(s3_event(), OTHER_ARN)
    assert answer == {"status": "duplicate", "run": RequestEvent.from_event(s3_event()).run}
    assert store.objects == before


@pytest.mark.parametrize(
    "key",
    [
        "results/imdb/error.json",
        "requests/deeper/imdb.json",
        "requests/imdb.txt",
        "runs/requests/imdb.json",
    ],
)
def test_keys_that_are_not_directly_under_requests_are_ignored_and_claim_nothing(
    read, store, s3_event, key
):
    before = dict(store.objects)
    assert read(s3_event(key)) == {"status": "ignored"}
    assert store.objects == before


def test_all_problems_of_a_request_come_back_together(read, store, s3_event):
    put_request(store, s3_event(), {"dataset": "a/b", "modles": ["m"], "seeds": []})
    answer = read(s3_event())
    assert answer["status"] == "rejected"
    assert answer["name"] == "imdb"
    assert {"models", "modles", "seeds"} <= {problem["field"] for problem in answer["problems"]}
    assert all(problem["problem"] and problem["remedy"] for problem in answer["problems"])


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff\xfe\x00", b'"text"', b"[" * 100_000],
    ids=["empty", "array", "cut off", "not UTF-8", "a string", "nested"],
)
def test_anything_but_a_json_object_is_rejected(read, store, s3_event, content):
    put_request(store, s3_event(), content)
    answer = read(s3_event())
    assert answer["status"] == "rejected"
    assert len(answer["problems"]) == 1


def test_a_request_of_5_mb_is_rejected_for_its_size(read, store, s3_event):
    put_request(store, s3_event(), b'{"name": "' + b"x" * 5_000_000 + b'"}')
    answer = read(s3_event())
    assert answer["status"] == "rejected"
    assert str(MAX_REQUEST_BYTES) in json.dumps(answer["problems"]).replace(",", "")


def test_a_rejected_request_leaves_no_resolved_request_and_no_code(read, store, s3_event):
    put_request(store, s3_event(), {"dataset": "a/b", "models": []})
    run = read(s3_event())["run"]
    assert store.keys(f"runs/{run}/") == [layout.claim_key(run)]


def test_a_request_that_was_deleted_meanwhile_is_rejected(read, store, s3_event):
    store.versions.clear()
    answer = read(s3_event())
    assert answer["status"] == "rejected"
    assert "deleted" in answer["problems"][0]["problem"]


@pytest.mark.parametrize("event", [{}, {"detail": {}}, {"detail": {"bucket": "b"}}, [], "x", None])
def test_an_input_that_s3_did_not_send_is_refused(read, event):
    with pytest.raises(ExecutionInputError):
        read(event)


def test_the_upper_bound_of_the_cost_is_recorded(read, store, s3_event):
    prices = FakePriceList({"ml.g5.xlarge": 1.5, "ml.m5.2xlarge": 0.5})
    run = read(s3_event(), price_list=prices)["run"]
    plan = CostPlan.from_json(store.objects[layout.cost_plan_key(run)])
    assert plan.num_jobs == 2
    assert plan.upper_bound_usd == 2 * 4 * 1.5 + 24 * 0.5
    assert plan.priced_at == "2026-03-01T12:00:00+00:00"
    # There are no baselines, so the price of their instance is of no use.
    assert prices.asked == ["ml.g5.xlarge", "ml.m5.2xlarge"]


def test_without_the_price_list_a_run_starts_without_an_upper_bound(read, store, s3_event, caplog):
    answer = read(s3_event(), price_list=FakePriceList(refuse=True))
    assert answer["status"] == "accepted"
    plan = CostPlan.from_json(store.objects[layout.cost_plan_key(answer["run"])])
    assert plan.upper_bound_usd is None
    assert plan.prices_usd_per_hour == {"ml.g5.xlarge": None, "ml.m5.2xlarge": None}
    assert "no price for ml.g5.xlarge: The price list refused" in caplog.text


def test_a_budget_decides_how_large_a_race_is_where_the_request_does_not(read, store, s3_event):
    document = {"dataset": "a/b", "models": {"search": {}}, "baselines": False, "budget_usd": 100}
    put_request(store, s3_event(), document)
    prices = FakePriceList({"ml.g5.xlarge": 1.5, "ml.m5.2xlarge": 0.5})

    answer = read(s3_event(), price_list=prices)

    (chosen,) = answer["chosen"]
    plan = CostPlan.from_json(store.objects[layout.cost_plan_key(answer["run"])])
    assert plan.chosen == [chosen]
    assert plan.upper_bound_usd <= 100
    resolved = ResolvedRequest.from_json(store.objects[layout.resolved_request_key(answer["run"])])
    assert 0 < resolved.search.query.limit < 20
    assert f"{resolved.search.query.limit} models from the search" in chosen


@pytest.mark.parametrize("prices", [{"ml.g5.xlarge": 1.5, "ml.m5.2xlarge": 0.5}, {}])
def test_a_run_over_its_budget_is_rejected_before_anything_is_laid_out(
    read, store, s3_event, prices
):
    document = {"dataset": "a/b", "models": ["m"], "baselines": False, "budget_usd": 5}
    put_request(store, s3_event(), document)
    answer = read(s3_event(), price_list=FakePriceList(prices))
    assert answer["status"] == "rejected"
    assert [problem["field"] for problem in answer["problems"]] == ["budget_usd"]
    assert [key for key in store.objects if key.startswith("runs/")] == [
        layout.claim_key(answer["run"])
    ]
