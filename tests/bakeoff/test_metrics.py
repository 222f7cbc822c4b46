import pytest

from bakeoff.metrics import (
    METRIC_NAMES,
    METRICS,
    METRICS_OF,
    TASKS,
    default_main_metric,
    headlines,
    higher_is_better,
    spoken_name,
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


def test_a_metric_in_prose_has_a_name_of_its_own_or_that_of_its_column():
    assert spoken_name("macro_f1") == "macro F1"
    assert spoken_name("subset_accuracy") == "subset accuracy"
    assert spoken_name("of_a_newer_version") == "of a newer version"
