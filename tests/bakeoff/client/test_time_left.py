"""The time that is left, from what jobs have told."""

import io
from datetime import timedelta

import pytest
from rich.console import Console

from bakeoff.cli.progress_view import LiveTable
from bakeoff.client.progress import progress
from bakeoff.client.progress_text import ProgressLines
from bakeoff.client.snapshot import TrainingJob
from bakeoff.client.time_left import TimeLeft, time_left
from tests.bakeoff.client.test_progress import NOW, on_the_curve, training, validated
from tests.support.run_samples import completed


def ended(seconds):
    return lambda item: completed(item, 0.9).model_copy(update={"training_seconds": seconds})


def started(seconds, epoch=0.0):
    metrics = {"validation:epoch": epoch} if epoch else {}
    return TrainingJob("Training", NOW - timedelta(seconds=seconds), metrics)


def test_nothing_is_guessed_before_any_job_has_told_anything():
    assert time_left(training(jobs={0: started(65)}), NOW) is None


def test_a_job_that_has_done_half_of_its_epochs_takes_as_long_again():
    request = {"tune": {"learning_rate": 1}, "hyperparameters": {"epochs": 2}}
    left = time_left(training(jobs={0: started(60, epoch=1.0)}, **request), NOW)

    # The other one has not begun, and is taken to be like it: 60 s, then 120 s.
    assert left is not None
    assert left.seconds == pytest.approx(180)
    assert left.share == pytest.approx(60 / 240)


def test_trials_of_learning_rates_are_a_part_of_the_work():
    request = {"tune": {"learning_rate": 3}, "hyperparameters": {"epochs": 8}}
    seen = training(jobs={0: started(120, epoch=2.0), 1: started(120, epoch=8.0)}, **request)

    left = time_left(seen, NOW)

    # Three trials of a quarter of the epochs have taken half of the time of all.
    assert left is not None and left.seconds == pytest.approx(120)


def test_jobs_at_the_same_time_share_what_is_left():
    left = time_left(
        training(
            seeds=(1, 2),
            jobs={2: started(50), 3: started(50)},
            results={0: ended(100), 1: ended(100)},
        ),
        NOW,
    )

    assert left is not None
    assert left.seconds == pytest.approx(50)
    assert left.share == pytest.approx(300 / 400)


def test_a_model_is_not_taken_to_be_as_fast_as_a_baseline():
    # The models come before the two baselines.
    left = time_left(
        training(
            baselines=True,
            jobs={1: started(10)},
            results={0: ended(100), 2: ended(4), 3: ended(4)},
        ),
        NOW,
    )

    assert left is not None and left.seconds == pytest.approx(90)


def test_nothing_is_guessed_of_a_job_that_has_taken_longer_than_the_others():
    assert time_left(training(jobs={1: started(500)}, results={0: ended(100)}), NOW) is None


def test_nothing_is_guessed_of_a_model_from_baselines_alone():
    # The model has told nothing yet: it still tries its learning rates.
    seen = training(baselines=True, jobs={0: started(10)}, results={2: ended(4), 3: ended(4)})

    assert time_left(seen, NOW) is None


def test_the_epochs_of_a_learning_curve_s_job_are_those_of_its_part_of_the_rows():
    left = time_left(on_the_curve(), NOW)

    # 65 s for one epoch of two or more: fewer rows take more epochs than all of them.
    assert left is not None
    assert left.is_last_stage
    assert left.seconds > 65


def test_the_final_is_not_the_last_stage_before_a_learning_curve():
    left = time_left(training(jobs={0: started(60, epoch=1.0)}, learning_curve=True), NOW)

    assert left is not None
    assert "of this stage" in left.words


def test_nothing_is_left_when_all_jobs_have_ended():
    assert time_left(training(results={0: ended(9), 1: ended(9)}), NOW) is None


@pytest.mark.parametrize(
    ("hyperparameters", "words"),
    [
        ({"epochs": 4}, "about "),
        ({"epochs": 4, "early_stopping_patience": 2}, "at most about "),
        ({"epochs": 4, "early_stopping_patience": 4}, "about "),
        ({"early_stopping_patience": 1}, "at most about "),
    ],
)
def test_where_training_may_stop_early_the_time_is_told_as_the_most(hyperparameters, words):
    request = {"tune": {"learning_rate": 1}, "hyperparameters": hyperparameters}

    left = time_left(training(jobs={0: started(60, epoch=1.0)}, **request), NOW)

    assert left is not None and left.words.startswith(words)


def test_lines_say_it_once_for_each_tenth():
    said = []
    lines = ProgressLines(said.append)
    for share in (0.02, 0.11, 0.13, 0.19, 0.25):
        lines.show("Training", [], 60.0, TimeLeft(90.0, share, is_last_stage=True))

    assert said == [
        "   1:00  Training",
        "   1:00  11% done, about 1:30 left",
        "   1:00  25% done, about 1:30 left",
    ]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_terminal_has_a_bar(width):
    shown = io.StringIO()
    console = Console(file=shown, width=width, force_terminal=True, color_system=None)
    seen = training(jobs={0: validated(1, 0.5)})

    with LiveTable(console) as view:
        view.show("Training", progress(seen, NOW), 60.0, TimeLeft(90.0, 0.5, is_last_stage=False))

    assert "Training, 1:00, about 1:30 of this stage left" in " ".join(shown.getvalue().split())
    assert "\u2501" * 10 in shown.getvalue()
