"""Summaries of runs whose jobs end as a test says."""

from tests.support.run_samples import completed, manifest_for, planned
from tests.support.summaries import summarised


def compared(resolved, outcome_of, untrainable=(), **dataset):
    """The summary, without statistics, in which `outcome_of` gives each plan item its result.

    None is a job that left no record; the models of `untrainable` could not be prepared.
    """
    manifest = manifest_for(resolved, untrainable, **dataset)
    items = planned(resolved, failed=untrainable).items
    outcomes = [outcome_of(item) for item in items]
    return summarised(resolved, manifest, items, [each for each in outcomes if each is not None])


def by_model(outcomes):
    """An outcome for each model: a function of the plan item, or an F1."""

    def outcome(item):
        given = outcomes[item.training_job["HyperParameters"]["model_name"]]
        return given(item) if callable(given) else completed(item, given)

    return outcome
