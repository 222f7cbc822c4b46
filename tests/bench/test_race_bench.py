"""The benchmark of the race plans as the service does, and prints what came of both ways."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.plan import plannable_dataset
from bakeoff.jobs.result import JobResult
from bench.race.both_ways import exhaustive, raced
from bench.race.figures import figures_of, print_figures
from bench.race.prepared_race import PreparedRace
from tests.support.finished_job import npz, predictions
from tests.support.run_samples import manifest_for, resolved_with, settings_with

RIGHT = {"good": 0.9, "fair": 0.75, "poor": 0.6}


@dataclass(frozen=True)
class MadeUpJobs:
    """In place of a JobFolder: the middle rate is the best, and a cost follows the steps."""

    folder: Path

    def inner(self, name: str) -> "MadeUpJobs":
        return MadeUpJobs(self.folder / name)

    def predictions_file(self, item: str) -> Path:
        return self.folder / f"{item}.npz"

    def run(self, item, config):
        rates, share = config.learning_rates, config.stop_share
        trials = (len(rates) - 1) * config.trial_share if len(rates) > 1 else 0
        rate = rates[len(rates) // 2]
        right = RIGHT[config.model] - (0 if rate == 5e-5 else 0.05)
        scores = {"validation": {"accuracy": right}}
        if item.stage == "final":
            scores["test"] = {"accuracy": right}
            self.folder.mkdir(parents=True, exist_ok=True)
            self.predictions_file(item.item).write_bytes(npz(*predictions(right)))
        metrics = JobMetrics(
            metrics=scores,
            learning_rate=rate,
            cpu_seconds=100 * (share + trials),
            train_tokens=round(1000 * (share + trials)),
        )
        return JobResult(
            item=item.item,
            candidate=item.candidate,
            seed=item.seed,
            job_name=None,
            status="completed",
            reason=None,
            attempts=1,
            metrics=metrics,
            stage=item.stage,
            wave=item.wave,
        )


@pytest.fixture
def prepared(tmp_path):
    resolved = resolved_with(models=list(RIGHT), main_metric="accuracy")
    resolved = resolved.model_copy(update={"finalists": 2})
    manifest = manifest_for(resolved)
    dataset = plannable_dataset(resolved, manifest)
    return PreparedRace(tmp_path, resolved, manifest, dataset, settings_with())


def test_both_ways_choose_among_the_same_models(prepared, tmp_path, capsys):
    jobs = MadeUpJobs(tmp_path)
    results = exhaustive(prepared, jobs.inner("exhaustive"))
    past = raced(prepared, jobs.inner("race").run)

    figures = figures_of(prepared, jobs.inner("exhaustive"), results, past)
    print_figures("films", figures)

    assert [len(by_rate) for by_rate in results.values()] == [3, 3, 3]
    assert [wave["stage"] for wave in figures["waves"]] == ["rung", "final"]
    assert [len(wave["entrants"]) for wave in figures["waves"]] == [3, 2]
    judgement = figures["judgement"]
    assert figures["names"][judgement["winner"]] == "good"
    assert (judgement["is_winner_tied"], judgement["regret"]) == (True, 0)
    assert judgement["exhaustive"]["cpu_seconds"] == 9 * 100
    assert judgement["taus"] == {"rung 1": 1}
    assert "race: good 0.9000" in " ".join(capsys.readouterr().out.split())
