"""The benchmark of tuning trains one model in three ways and compares their test scores."""

from bakeoff.jobs.plan import plannable_dataset
from bench.race.prepared_race import PreparedRace
from bench.tuning import compared
from tests.bench.test_race_bench import MadeUpJobs
from tests.support.run_samples import manifest_for, resolved_with, settings_with


def test_the_defaults_are_compared_with_the_former_ones_and_with_the_best_of_all_rates(tmp_path):
    def way(name, **training):
        resolved = resolved_with(models=["good"], main_metric="accuracy", **training)
        manifest = manifest_for(resolved)
        dataset = plannable_dataset(resolved, manifest)
        race = PreparedRace(tmp_path, resolved, manifest, dataset, settings_with())
        return race, MadeUpJobs(tmp_path / name)

    found = compared(
        "films",
        way("former", hyperparameters={"learning_rate": 1e-3}),
        way("default"),
        way("grid", tune={"learning_rate": 8}),
    )

    assert (found.model, found.method, found.former.learning_rate) == ("good", "full", 1e-3)
    # Of the made-up jobs, those at 5e-5 are better by 0.05.
    assert [found.former.test, found.default.test, found.grid.test] == [0.85, 0.9, 0.9]
    assert (found.grid.learning_rate, found.loss) == (5e-5, 0)
    assert len(found.by_rate) == 8
    assert found.grid.cpu_seconds == 8 * 100
    assert found.default.cpu_seconds == 100 * (1 + 2 / 4)
