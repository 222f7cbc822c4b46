"""The rules that depend on the task, which may be known only once the data is read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bakeoff.errors import Problem
from bakeoff.metrics import METRICS_OF, TASKS, Task
from bakeoff.quoting import shown

# The tasks to which a hyperparameter applies.
_TASKS_OF: dict[str, tuple[Task, ...]] = {
    "class_weights": ("binary", "multiclass"),
    "label_smoothing": ("binary", "multiclass"),
}
_TASK_OF_TARGETS: Task = "binary"


def task_problems(
    task: Task,
    main_metric: object,
    recipes: Sequence[tuple[str, Mapping[str, Any]]],
    target: object = None,
    said: str | None = None,
) -> Iterator[Problem]:
    """What does not apply to the task.

    Values may be of any type; values that are wrong in themselves are ignored.

    Args:
        recipes: hyperparameters, each with its field in the request.
        target: the wanted precision or recall, if there is one.
        said: begins the problem's sentence; by default it gives only the task's name.
    """
    said = said or f"The task is {task}"
    allowed = METRICS_OF[task]
    known = {name for names in METRICS_OF.values() for name in names}
    if isinstance(main_metric, str) and main_metric in known and main_metric not in allowed:
        yield Problem(
            "main_metric",
            f"{said}: it has no metric {main_metric}.",
            f"Give one of {', '.join(allowed)}, or leave it out.",
        )
    if target is not None and task != _TASK_OF_TARGETS:
        yield Problem(
            "target",
            f"{said}: only a binary task has a positive label whose precision or recall can be a "
            "target.",
            "Leave it out.",
        )
    for field, recipe in recipes:
        for name, tasks in _TASKS_OF.items():
            if recipe.get(name) and task not in tasks:
                yield Problem(
                    f"{field}.{name}",
                    f"{said}: {name} = {shown(recipe[name])} does not apply.",
                    f"Leave it out: it is for {', '.join(tasks)}.",
                )


def no_task_problems(
    main_metric: object,
    recipes: Sequence[tuple[str, Mapping[str, Any]]],
    target: object = None,
) -> Iterator[Problem]:
    """Combinations that no task allows, if the task is yet to be inferred from the labels."""
    tasks = [task for task in TASKS if main_metric in METRICS_OF[task]]
    if not tasks:
        return
    if target is not None and _TASK_OF_TARGETS not in tasks:
        yield Problem(
            "target",
            f"It is for binary tasks, and the main metric {main_metric} for {', '.join(tasks)}: no "
            "task has both.",
            "Leave out one of them.",
        )
    for field, recipe in recipes:
        for name, others in _TASKS_OF.items():
            if recipe.get(name) and not set(tasks) & set(others):
                yield Problem(
                    f"{field}.{name}",
                    f"{name} = {shown(recipe[name])} is for {', '.join(others)}, and the main "
                    f"metric {main_metric} for {', '.join(tasks)}: no task has both.",
                    "Leave out one of them.",
                )
