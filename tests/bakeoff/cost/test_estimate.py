import pytest

from bakeoff.cost.estimate import estimate, throughputs, tokens_of_past, with_estimates, workloads
from bakeoff.cost.past_runs import PastRun, past_run, past_work, work
from bakeoff.cost.tokens_read import Answering
from bakeoff.cost.upper_bound import cost_plan
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.manifest import Rows
from tests.support.run_samples import (
    completed,
    failed,
    job_metrics,
    manifest_for,
    planned,
    resolved_with,
)

MODELS = ["distilbert-base-uncased", "distilroberta-base"]


def distribution(mean, longest):
    return {f"p{q}": longest * q / 100 for q in (0, 5, 25, 50, 75, 95, 99, 100)} | {"mean": mean}


def card_for(resolved, mean=100.0, longest=200.0, max_length=512):
    splits = {"train": {"tokens": distribution(mean, longest)}}
    names = [c.candidate for c in resolved.candidates if not c.model.startswith("baseline/")]
    return DataCard.from_object(
        {
            "splits": {"train": {"words": {"mean": 80.0}}},
            "models": {name: {"max_length": max_length, "splits": splits} for name in names},
        }
    )


def finished(item, train_seconds=600, **changes):
    """A job of 900 seconds, 300 of them billed, whose phases are known."""
    seconds = {"load": 20, "train": train_seconds, "test": 30, "save": 10}
    return completed(item, metrics=job_metrics(seconds=seconds), **changes)


def a_past_run(train_seconds=600, card=None, **request):
    resolved = resolved_with(**request)
    results = [finished(item, train_seconds) for item in planned(resolved).items]
    card = card or card_for(resolved)
    return past_run(resolved, manifest_for(resolved), card, results)


def workloads_of(parameters=None, rows=None, rates=1, **request):
    resolved = resolved_with(tune={"learning_rate": rates}, **request)
    manifest = manifest_for(resolved, **({"rows": rows} if rows else {}))
    if parameters:
        models = [m.model_copy(update={"num_parameters": parameters}) for m in manifest.models]
        manifest = manifest.model_copy(update={"models": models})
    return workloads(resolved, manifest, card_for(resolved))


def test_a_run_of_the_same_kind_is_expected_to_take_as_long():
    past = throughputs([a_past_run(models=MODELS[:1])])
    (work,) = workloads_of(models=MODELS[:1], seeds=3)
    found = estimate(work, past, 1.5)
    # 3 jobs of 900 seconds each; a third of the time was billed.
    assert found.seconds == pytest.approx(900)
    assert found.usd == pytest.approx(900 / 3600 * 1.5)
    assert found.basis == (
        "From 1 past job of the same model with the method full on ml.g5.xlarge."
    )


def test_only_the_work_grows_with_rows_and_epochs():
    past = throughputs([a_past_run(models=MODELS[:1])])
    (more,) = workloads_of(
        models=MODELS[:1], rows={"train": 45000, "validation": 5000, "test": 20000}
    )
    assert estimate(more, past, None).seconds == pytest.approx((270 + 2 * 630) / 3)
    (once,) = workloads_of(models=MODELS[:1], hyperparameters={"epochs": 1})
    assert 270 / 3 < estimate(once, past, None).seconds < 300


def test_trials_of_learning_rates_add_the_share_of_the_steps_that_they_take():
    past = throughputs([a_past_run(models=MODELS[:1])])
    (lone,) = workloads_of(models=MODELS[:1])
    (tried,) = workloads_of(models=MODELS[:1], rates=5)
    # Four more trials of a quarter of the steps; the test rows are scored once.
    per_token = 630 / lone.work
    added = (tried.work - lone.work) * per_token
    assert added == pytest.approx(100 * 2 * (3 * 22500 + 2500) * per_token)
    seconds = [estimate(each, past, None).seconds for each in (lone, tried)]
    assert seconds[1] - seconds[0] == pytest.approx(added / 3)


def test_the_speed_of_a_past_job_counts_all_of_its_trials():
    resolved = resolved_with(models=MODELS[:1])
    (item,) = planned(resolved).items
    seconds = {"train": 600, "test": 30}
    # Two epochs, and as much again in trials; a fifth of the tokens were padding.
    tokens = round(2 * 2 * 22500 * 100 / 0.8)
    metrics = job_metrics(seconds=seconds, train_tokens=tokens, padding_share=0.2)
    past = past_run(
        resolved,
        manifest_for(resolved),
        card_for(resolved),
        [completed(item, metrics=metrics)],
    )
    (job,) = past.jobs
    assert past_work(job, past.rows) == pytest.approx(100 * (2 * 2 * 3 * 22500 + 2 * 2500 + 10000))


def test_a_language_model_is_asked_about_no_train_row():
    rows = Rows(train=1000, validation=100, test=50)
    done = work("prompt", rows, 1, 10, answering=Answering(prompt_examples=0))
    assert done == 10 * (100 + 50)


def test_an_estimate_knows_how_many_labels_and_examples_a_past_job_had():
    models = [
        {"id": MODELS[0], "method": "prompt", "hyperparameters": {"prompt_examples": 4}},
        {"id": MODELS[1], "method": "zeroshot"},
    ]
    resolved = resolved_with(models=models, label_descriptions={"neg": "blame"})
    manifest = manifest_for(resolved)
    nli = [each.model_copy(update={"entails": True}) for each in manifest.models]
    manifest = manifest.model_copy(update={"models": nli})
    results = [finished(item) for item in planned(resolved).items]
    run = past_run(resolved, manifest, card_for(resolved), results)
    assert run is not None
    asked, inferred = run.jobs
    assert (asked.num_answers, asked.prompt_examples) == (2, 4)
    assert inferred.answering == Answering(num_answers=2, entails=True)
    labels = manifest.dataset.labels + [f"other {number}" for number in range(8)]
    wider = manifest.model_copy(
        update={"dataset": manifest.dataset.model_copy(update={"labels": labels})}
    )
    past = throughputs([PastRun.from_json(run.to_json())])
    of_two, of_ten = (
        workloads(resolved, each, card_for(resolved))[1] for each in (manifest, wider)
    )
    # Fewer rows choose the template where each makes more pairs.
    more = of_ten.work / of_two.work
    assert 4 < more < 5
    assert estimate(of_two, past, None).seconds == pytest.approx(300)
    assert estimate(of_ten, past, None).seconds == pytest.approx((270 + more * 630) / 3)


def test_a_rung_is_a_past_job_too_though_it_scores_no_test_rows():
    resolved = resolved_with(models=MODELS[:1])
    (item,) = planned(resolved).items
    metrics = job_metrics(seconds={"train": 300}, train_tokens=900_000, padding_share=0.0)
    result = completed(item, metrics=metrics, stage="rung")
    past = past_run(resolved, manifest_for(resolved), card_for(resolved), [result])
    (job,) = past.jobs
    assert (job.work_seconds, job.fixed_seconds, job.tests) == (300, 600, 0)
    assert past_work(job, past.rows) == 3 * 900_000 + 100 * 2 * 2500


def test_the_same_model_comes_before_others_that_trained_there():
    runs = [a_past_run(models=MODELS[:1]), a_past_run(60, models=MODELS[1:])]
    (work,) = workloads_of(models=MODELS[1:])
    assert estimate(work, throughputs(runs), None).seconds == pytest.approx((810 + 90) / 3)


def test_a_new_model_is_scaled_by_parameters_from_others():
    past = throughputs([a_past_run(models=MODELS[:1])])
    (work,) = workloads_of(models=["new/model"], parameters=2 * 67_000_000)
    found = estimate(work, past, None)
    assert found.seconds == pytest.approx((270 + 2 * 630) / 3)
    assert "other models" in found.basis and found.usd is None


@pytest.mark.parametrize(
    ("request_changes", "said"),
    [
        ({"models": [{"id": MODELS[0], "method": "lora"}]}, "with the method lora on ml.g5.xlarge"),
        ({"compute": {"training_instance_type": "ml.g6.xlarge"}}, "on ml.g6.xlarge"),
    ],
)
def test_runs_with_another_method_or_instance_do_not_count(request_changes, said):
    past = throughputs([a_past_run(models=MODELS[:1])])
    work, *_ = workloads_of(**({"models": MODELS[:1]} | request_changes))
    found = estimate(work, past, 1.5)
    assert (found.seconds, found.usd) == (None, None)
    assert found.basis.startswith("No past run") and said in found.basis


def test_without_past_runs_nothing_is_estimated_and_the_sums_are_missing():
    resolved = resolved_with()
    plan = with_estimates(cost_plan(resolved, {"ml.g5.xlarge": 1.5}, None), workloads_of(), [])
    assert [each.candidate for each in plan.estimates] == [
        candidate.candidate for candidate in resolved.candidates
    ]
    assert (plan.estimated_seconds, plan.estimated_usd) == (None, None)


def test_the_sums_are_over_all_candidates_and_a_model_that_failed_costs_nothing():
    resolved = resolved_with(tune={"learning_rate": 1})
    manifest = manifest_for(resolved, failed=MODELS[1:])
    work = workloads(resolved, manifest, card_for(resolved))
    past = throughputs([a_past_run()])
    plan = with_estimates(cost_plan(resolved, {"ml.g5.xlarge": 1.5}, None), work, past)
    assert [each.seconds for each in plan.estimates] == [pytest.approx(300), 0]
    assert plan.estimated_seconds == pytest.approx(300)
    assert plan.estimated_usd == pytest.approx(300 / 3600 * 1.5)
    assert "could not be prepared" in plan.estimates[1].basis


def test_baselines_are_estimated_by_their_words_and_never_from_each_other():
    past = throughputs([a_past_run(models=MODELS[:1], baselines=True)])
    work = workloads_of(models=MODELS[:1], baselines=True)
    assert all(estimate(each, past, None).seconds for each in work)
    only_majority = [each for each in past if each.job.method == "majority"]
    tfidf = next(each for each in work if each.method == "tfidf")
    assert estimate(tfidf, only_majority, None).seconds is None


def test_a_past_run_is_read_as_it_was_written():
    run = a_past_run(seeds=2)
    assert PastRun.from_json(run.to_json()) == run
    assert len(run.jobs) == 4
    assert run.dataset == "stanfordnlp/imdb"


def test_jobs_without_figures_of_the_whole_work_are_not_kept():
    resolved = resolved_with(models=MODELS[:1], seeds=6)
    items = planned(resolved).items
    reused = job_metrics(seconds={"train": 1, "test": 1}, has_reused_vectors=True)
    results = [
        completed(items[5], metrics=reused, training_seconds=900),
        failed(items[0]),
        finished(items[1], attempts=2),
        completed(items[2], 0.9),
        finished(items[3], instance_type=None),
        finished(items[4], training_seconds=None),
    ]
    assert past_run(resolved, manifest_for(resolved), card_for(resolved), results) is None


def test_a_run_without_a_data_card_is_not_kept_for_lack_of_lengths():
    resolved = resolved_with(models=MODELS[:1])
    results = [finished(item) for item in planned(resolved).items]
    run = past_run(resolved, manifest_for(resolved), None, results)
    (work,) = workloads_of(models=MODELS[:1])
    assert estimate(work, throughputs([run]), None).seconds is None


def test_lengths_of_a_data_set_come_from_its_own_past_runs():
    runs = [a_past_run(models=MODELS[:1]), a_past_run(dataset="other/data", models=MODELS[:1])]
    assert tokens_of_past(runs, "stanfordnlp/imdb", MODELS[0], "full") == 100
    assert tokens_of_past(runs, "stanfordnlp/imdb", "new/model", "lora") == 100
    assert tokens_of_past(runs, "stanfordnlp/imdb", "baseline/tfidf", "tfidf") is None
    assert tokens_of_past(runs, "unseen/data", MODELS[0], "full") is None
