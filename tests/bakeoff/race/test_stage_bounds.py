from bakeoff.race.stage_bounds import StageBound, stage_bounds


def test_a_list_of_models_is_one_final():
    models = {"full": 2, "lora": 1, "frozen": 1, "static": 1, "zeroshot": 1}
    methods = models | {"tfidf": 1, "majority": 1}

    (final,) = stage_bounds(methods, finalists=None, num_seeds=3)

    assert final == StageBound("final", model_jobs=11, baseline_jobs=3, trial_jobs=3)


def test_many_models_are_screened_in_shared_jobs_and_then_halved():
    bounds = stage_bounds({"full": 40, "tfidf": 1}, finalists=3, num_seeds=3)

    assert [(bound.stage, bound.model_jobs) for bound in bounds] == [
        ("screening", 5),
        # The largest model goes on beside the 14 best.
        ("rung", 15),
        ("rung", 12),
        ("rung", 6),
        ("final", 15),
    ]
    assert [bound.trial_jobs for bound in bounds] == [0, 15, 0, 0, 0]
    assert bounds[-1].baseline_jobs == 1


def test_models_that_the_request_includes_go_on_from_screening():
    screened, rung, *_ = stage_bounds({"full": 8}, finalists=1, num_included=2)

    assert (screened.model_jobs, rung.model_jobs) == (1, 6)


def test_with_one_learning_rate_no_job_tries_several():
    bounds = stage_bounds({"full": 5}, finalists=3, num_rates=1)

    assert [bound.trial_jobs for bound in bounds] == [0, 0]


def test_a_request_without_models_trains_its_baselines():
    (final,) = stage_bounds({"tfidf": 1}, finalists=3)

    assert (final.model_jobs, final.baseline_jobs) == (0, 1)


def test_a_learning_curve_has_two_parts_of_two_candidates_wherever_these_run():
    methods = {"full": 5, "frozen": 1, "zeroshot": 1, "tfidf": 1, "majority": 1}

    *_, curve = stage_bounds(methods, finalists=2, num_seeds=3, has_learning_curve=True)
    (_, small) = stage_bounds({"tfidf": 1}, finalists=None, has_learning_curve=True)

    assert curve == StageBound("curve", model_jobs=4, baseline_jobs=2)
    assert small == StageBound("curve", model_jobs=0, baseline_jobs=2)
