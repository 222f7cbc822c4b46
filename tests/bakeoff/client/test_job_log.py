"""What a training job prints is understood by whoever follows it."""

from bakeoff.client.job_log import RateTrial, screened_in, trial_in
from bakeoff.client.metric_values import from_log
from job.log_lines import evaluation_line, trial_line, trying_line

SCORES = {"loss": 0.5, "accuracy": 0.75, "f1": 0.8}
FIRST = trying_line(1, 3, 5e-5, 0.0, {})
SECOND = trying_line(2, 3, 1.5e-4, 1.0, SCORES)


def test_the_rate_that_is_tried_is_that_of_the_last_line():
    ended = trial_line(5e-5, 1.0, SCORES)

    assert trial_in([]) is None
    assert trial_in([FIRST]) == RateTrial(1, 3, epoch=0)
    assert trial_in([FIRST, ended]) == RateTrial(1, 3, epoch=0)
    assert trial_in([FIRST, ended, SECOND]) == RateTrial(2, 3, epoch=1)


def test_a_trial_that_ends_within_an_epoch_has_as_many_whole_ones():
    assert trial_in([trying_line(3, 3, 5e-4, 1.25, SCORES)]) == RateTrial(3, 3, epoch=1)


def test_nothing_is_tried_any_more_once_a_rate_is_chosen():
    after = evaluation_line("validation", 1, SCORES, 0.6)

    assert trial_in([FIRST, SECOND, "bakeoff chose learning_rate=5e-05", after]) is None


def test_lines_of_trials_are_no_metrics():
    assert from_log([FIRST, SECOND, trial_line(5e-5, 1.0, SCORES)]) == {}


def test_models_are_screened_when_their_line_is_there():
    lines = [
        "bakeoff features candidate=a-1 loss=0.4",
        "bakeoff screened candidate=a-1 status=scored log_loss=0.41 seconds=12.5",
        "bakeoff screened candidate=b-2 status=failed: Its outputs are not finite.",
    ]

    assert screened_in(lines) == {"a-1": True, "b-2": False}
