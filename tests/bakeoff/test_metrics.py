import pytest

from bakeoff.metrics import (
    METRIC_NAMES,
    METRICS,
    METRICS_OF,
    TASKS,
    default_main_metric,
    headlines,
    higher_is_better,
)


def test_every_metric_is_one_of_some_task_and_every_tasks_metric_is_known():
    used = {name for names in METRICS_OF.values() for name in names}
    assert used == set(METRIC_NAMES)
    assert set(METRICS_OF) == set(TASKS)
    assert all(metric.unit and metric.meaning for metric in METRICS)


def test_lower_is_better_for_errors_and_losses_and_higher_for_all_others():
    lower = {metric.name for metric in METRICS if not metric.higher_is_better}
    assert lower == {"loss", "rmse", "mae"}
    assert higher_is_better("f1") and not higher_is_better("rmse")


@pytest.mark.parametrize("task", TASKS)
def test_a_short_table_shows_the_tasks_own_metrics_and_the_main_one_first(task):
    for main in METRICS_OF[task]:
        shown = headlines(task, main)
        assert shown[0] == main
        assert set(shown) <= set(METRICS_OF[task])
        assert len(set(shown)) == len(shown)
    assert headlines(task, default_main_metric(task))[-1] == "loss"
