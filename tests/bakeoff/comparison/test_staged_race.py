"""A race in stages: rows of candidates that dropped out, their cost, and what the stages saved."""

import csv
import io

import pytest

from bakeoff.comparison.conditions import conditions_of
from bakeoff.comparison.saving import saving
from bakeoff.summary.tables import tables
from tests.support.run_samples import manifest_for, resolved_with
from tests.support.staged import SEARCH, StagedRun


@pytest.fixture(scope="module")
def run():
    return StagedRun()


@pytest.fixture(scope="module")
def summary(run):
    return run.summary()


def test_those_that_dropped_out_come_after_the_ranked_ones_the_last_to_do_so_first(run, summary):
    places = [(each.model[-1], each.status, each.rank) for each in summary.candidates]

    assert places == [
        ("a", "completed", 1),
        ("b", "completed", 2),
        ("c", "completed", 3),
        ("d", "stopped", None),
        ("f", "stopped", None),
        ("g", "screened", None),
        ("i", "screened", None),
        ("e", "failed", None),
        ("h", "failed", None),
    ]


def test_a_candidate_that_dropped_out_says_where_why_and_with_what_score(run, summary):
    stopped, screened = run.candidate("d", summary), run.candidate("g", summary)

    assert (stopped.stage, stopped.stage_validation, stopped.reason) == (
        "rung", 0.70, "Others were better.",
    )  # fmt: skip
    assert (stopped.screening_rank, stopped.seeds, stopped.jobs) == (4, [], [])
    assert (screened.stage, screened.screening_rank, screened.screening_score) == (
        "screening", 7, 7,
    )  # fmt: skip
    assert screened.stage_validation is None
    assert not (stopped.has_losses or screened.has_losses)


def test_a_failure_in_a_stage_is_a_failed_row_with_its_reason(run, summary):
    in_rung, in_screening = run.candidate("e", summary), run.candidate("h", summary)

    assert (in_rung.status, in_rung.reason) == ("failed", "The GPU's memory ran out.")
    assert (in_screening.status, in_screening.reason) == ("failed", "It has no weights.")
    assert (in_rung.stage, in_screening.stage) == ("rung", "screening")


def test_the_cost_of_a_candidate_includes_its_rungs_and_its_share_of_the_screening(run, summary):
    # 200 seconds of screening in eightieths (20 + 6 x 10), a rung of 300, two finals of 300.
    first, second, lost = (run.candidate(each, summary).ownership for each in "abg")

    assert first.billable_seconds == 50 + 300 + 2 * 300
    assert second.billable_seconds == 25 + 300 + 2 * 300
    assert lost.billable_seconds == 25
    assert first.cost_usd == pytest.approx(950 * 3.6 / 3600)
    assert run.candidate("d", summary).ownership.train_tokens == 1000


def test_the_run_is_billed_for_all_stages(summary):
    total = 2 * 200 + 6 * 300 + 6 * 300

    assert summary.spending.billable_seconds == total
    assert summary.spending.cost_usd == pytest.approx(total * 3.6 / 3600)


def test_learning_rates_tried_in_a_rung_are_the_candidate_s(run, summary):
    found = run.candidate("a", summary)

    assert [trial.validation_score for trial in found.learning_rate_trials] == [0.79, 0.83]
    assert found.hyperparameters["learning_rate"] == 1.5e-4
    assert found.learning_rate_gain == pytest.approx(0.04)


def test_each_stage_has_its_entrants_and_its_bill(run, summary):
    stages = summary.race.stages

    assert [(each.stage, each.wave, len(each.entrants)) for each in stages] == [
        ("screening", 1, 9), ("rung", 2, 6), ("final", 1, 3),
    ]  # fmt: skip
    assert [each.billable_seconds for each in stages] == [400, 1800, 1800]
    assert stages[1].train_tokens == 5000
    assert [round(each.score, 2) for each in stages[2].entrants] == [0.90, 0.88, 0.80]
    assert summary.race.search == SEARCH


def test_the_order_of_the_screening_is_compared_with_those_of_rung_and_final(summary):
    # The screening has a, b, c, d, f; the rung b, a, c, d, f: 9 of 10 pairs agree, 1 does not.
    assert summary.race.screening_with_rung.kendalls_tau == pytest.approx(0.8)
    assert summary.race.screening_with_rung.num_candidates == 5
    assert summary.race.screening_with_final.kendalls_tau == pytest.approx(1.0)


def test_the_exhaustive_race_is_estimated_from_the_shares_of_the_steps(summary):
    # A whole training takes 1,000 / (2 rates x 1/4) = 2,000 tokens; three of them are needed: two
    # rates, and the second seed. Four models were not trained: they count as the mean.
    saved = summary.race.saving

    assert saved.train_tokens == 5000
    assert saved.exhaustive_train_tokens == 9 * 3 * 2000
    # Of 300 seconds 100 are training, so 600 of it, and twice 200 to start. The seven others count
    # by their screening: a took twice as long as the rest, and so did h.
    per_model = 2 * 200 + 3 * 200
    times = [per_model / 20, *[per_model / 10] * 4]
    usual = sorted(times)[2]
    assert saved.exhaustive_billable_seconds == 5 * per_model + usual * (10 + 10 + 20 + 10)


def test_trials_that_ended_before_the_rung_count_by_their_own_steps():
    run = StagedRun()

    def went_on(result):
        if result.metrics is None:
            return result
        # The losing rate was dropped after 10 of 100 steps, the other one went on to 25.
        first, chosen = result.metrics.learning_rates_tried
        tried = [first.model_copy(update={"steps": 10}), chosen.model_copy(update={"steps": 10})]
        metrics = result.metrics.model_copy(update={"learning_rates_tried": tried})
        return result.model_copy(update={"metrics": metrics})

    saved = run.summary(stage_results=list(map(went_on, run.stage_results()))).race.saving

    assert saved.exhaustive_train_tokens == round(9 * 3 * 1000 / 0.35)


def test_without_a_rung_there_is_nothing_to_estimate_from(run, summary):
    assert saving(summary.candidates, run.outcomes()[:1], run.stage_results()) is None


def test_a_run_without_stages_has_no_race():
    run = StagedRun()

    assert run.summary(outcomes=[], stage_results=[], search=None).race is None


def test_a_candidate_that_was_to_go_on_when_the_race_ended_failed(run):
    finalists = [run.key[f"model-{letter}"] for letter in "abc"]
    outcomes = run.outcomes()

    ended = run.summary(outcomes=outcomes, items=[], results=[])

    found = {each.candidate: each for each in ended.candidates}
    assert {found[key].status for key in finalists} == {"failed"}
    assert "race ended before" in found[finalists[0]].reason
    assert run.candidate("d", ended).status == "stopped"


def test_the_tables_have_a_row_for_each_candidate_and_each_job(summary):
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables(summary).items()}
    stopped = rows["comparison.csv"][3]
    assert len(rows["comparison.csv"]) == 9
    assert (stopped["status"], stopped["stage"], stopped["stage_validation"]) == (
        "stopped", "rung", "0.7",
    )  # fmt: skip
    assert stopped["learning_rates_tried"] == "5e-05=0.79 0.00015=0.83"
    jobs = rows["jobs.csv"]
    assert [job["stage"] for job in jobs[:3]] == ["rung", "final", "final"]
    assert jobs[0]["score"] == "" and jobs[0]["wave"] == "2"
    assert len(jobs) == 6 + 6


def test_one_learning_rate_for_all_is_a_condition_of_the_run():
    def forced(**changes):
        resolved = resolved_with(models=["a", "b", {"id": "c", "method": "frozen"}], **changes)
        return conditions_of(resolved, manifest_for(resolved)).forced_learning_rate

    assert forced() is None
    assert forced(hyperparameters={"learning_rate": 2e-5}) == 2e-5
    assert forced(tune={"learning_rate": [3e-5]}) == 3e-5
    assert forced(tune={"learning_rate": 1}) is None
