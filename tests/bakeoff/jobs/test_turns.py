from datetime import UTC, datetime, timedelta

from bakeoff.jobs.plan_item import MAX_QUOTA_ATTEMPTS
from bakeoff.jobs.turns import MAX_WAIT_SECONDS, Waiting, seconds_to_yield, wait_seconds

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def note(run, seconds, item="m-s42"):
    return Waiting(run=run, item=item, next_attempt_at=NOW + timedelta(seconds=seconds))


def test_waits_are_short_at_first_and_minutes_at_most():
    assert [wait_seconds(number, 60) for number in (0, 1, 100, 10_000)] == [20, 20, 40, 180]
    assert wait_seconds(0, 0) == 1


def test_a_job_waits_for_a_quota_for_more_than_a_day():
    waited = sum(wait_seconds(number, 60) for number in range(MAX_QUOTA_ATTEMPTS))
    assert waited > 30 * 3600


def test_a_job_goes_at_once_where_no_other_run_waits():
    assert seconds_to_yield([], "mine", NOW) == 0
    assert seconds_to_yield([note("mine", 10)], "mine", NOW) == 0


def test_a_job_yields_until_the_first_of_the_others_has_tried():
    waiting = [note("mine", 1), note("other", 30), note("another", 12)]
    assert seconds_to_yield(waiting, "mine", NOW) == 17


def test_a_job_that_is_due_may_still_be_on_its_way():
    assert seconds_to_yield([note("other", -10)], "mine", NOW) == 5


def test_the_note_of_a_job_that_was_created_or_given_up_is_soon_void():
    assert seconds_to_yield([note("other", -31)], "mine", NOW) == 0


def test_no_note_holds_others_up_for_long():
    assert seconds_to_yield([note("other", 99_999)], "mine", NOW) <= MAX_WAIT_SECONDS + 5
