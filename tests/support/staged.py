"""A run in stages: nine models are screened, six train a rung, and three come to the final."""

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.jobs.result import JobResult
from bakeoff.race.stage_outcome import Entrant, StageOutcome
from bakeoff.summary.staged_race import SearchCounts
from tests.support.run_samples import (
    completed,
    job_metrics,
    manifest_for,
    planned,
    resolved_with,
)
from tests.support.summaries import summarised

MODELS = [f"model-{letter}" for letter in "abcdefghi"]
SEARCH = SearchCounts(listed=50, found=9, dropped={"licence": 30, "too large": 11})
GPU = "ml.g5.xlarge"
PLAN = CostPlan(
    prices_usd_per_hour={GPU: 3.6, "ml.m5.xlarge": 0.36},
    priced_at=None,
    num_jobs=20,
    max_runtime_seconds=3600,
    max_preparation_seconds=3600,
    upper_bound_usd=None,
    budget_usd=None,
)


class StagedRun:
    """Screening ranks the models in their order; h fails in it, and e in the rung. The rung keeps
    b, a and c, which come in the order a, b, c on test. Each model has the method full."""

    def __init__(self, seeds=(1, 2)):
        self.resolved = resolved_with(models=MODELS, seeds=list(seeds))
        self.manifest = manifest_for(self.resolved)
        self.key = {each.model: each.candidate for each in self.resolved.candidates}

    def outcomes(self):
        screened = [
            *(self._entrant(name, rank, rank <= 6) for rank, name in enumerate("abcdefgi", 1)),
            self._entrant("h", None, False, "It has no weights."),
        ]
        rung = [
            self._entrant("b", 0.84, True),
            self._entrant("a", 0.83, True),
            self._entrant("c", 0.81, True, "Its score is within one standard error."),
            self._entrant("d", 0.70, False),
            self._entrant("f", 0.65, False),
            self._entrant("e", None, False, "The GPU's memory ran out."),
        ]
        return [
            StageOutcome(wave=1, stage="screening", places=6, entrants=screened),
            StageOutcome(wave=2, stage="rung", share=0.25, metric="f1", places=2, entrants=rung),
        ]

    def stage_results(self):
        return [self._shard(1, "abcdefg"), self._shard(2, "hi"), *map(self._rung, "abcdef")]

    def results(self):
        scores = {"a": 0.90, "b": 0.88, "c": 0.80}
        return [
            completed(item, scores[item.training_job["HyperParameters"]["model_name"][-1]])
            for item in self.items()
        ]

    def items(self):
        finalists = {self.key[f"model-{letter}"] for letter in "abc"}
        return [item for item in planned(self.resolved).items if item.candidate in finalists]

    def summary(self, **changes):
        more = {
            "items": self.items(),
            "results": self.results(),
            "cost_plan": PLAN,
            "outcomes": self.outcomes(),
            "stage_results": self.stage_results(),
            "search": SEARCH,
        }
        return summarised(self.resolved, self.manifest, **(more | changes))

    def candidate(self, letter, summary):
        key = self.key[f"model-{letter}"]
        return next(each for each in summary.candidates if each.candidate == key)

    def _entrant(self, letter, score, is_kept, reason=None):
        why = reason or (None if is_kept else "Others were better.")
        candidate = self.key[f"model-{letter}"]
        return Entrant(candidate=candidate, score=score, is_kept=is_kept, reason=why)

    def _shard(self, number, letters):
        """200 billed seconds; the first model takes twice the time of each other one."""
        scores = [
            {
                "candidate": self.key[f"model-{letter}"],
                "status": "failed" if letter == "h" else "scored",
                "seconds": 20.0 if place == 0 else 10.0,
            }
            for place, letter in enumerate(letters)
        ]
        return JobResult(
            item=f"screening-{number}", candidate=f"screening-{number}", seed=1,
            job_name=f"screening-{number}-1", status="completed", reason=None, attempts=1,
            metrics=None, billable_seconds=200, instance_type=GPU, stage="screening", wave=1,
            screening=scores,
        )  # fmt: skip

    def _rung(self, letter):
        """Two rates for a quarter of the steps: 100 of 300 billed seconds, and 1,000 tokens."""
        tried = [
            {"learning_rate": rate, "validation": {"f1": f1}, "steps": 25, "is_chosen": is_chosen}
            for rate, f1, is_chosen in ((5e-5, 0.79, False), (1.5e-4, 0.83, True))
        ]
        metrics = job_metrics(
            stage="rung", learning_rate=1.5e-4, learning_rates_tried=tried, train_tokens=1000,
            seconds={"train": 100.0}, steps_planned=100, steps_trained=25,
        )  # fmt: skip
        metrics["metrics"] = {"validation": metrics["metrics"]["validation"]}
        is_lost = letter == "e"
        candidate = self.key[f"model-{letter}"]
        return JobResult(
            item=f"{candidate}-s1-r1", candidate=candidate, seed=1, job_name=f"{letter}-rung",
            status="failed" if is_lost else "completed",
            reason="The GPU's memory ran out." if is_lost else None, attempts=1,
            metrics=None if is_lost else metrics, training_seconds=300, billable_seconds=300,
            instance_type=GPU, stage="rung", wave=2,
        )  # fmt: skip
