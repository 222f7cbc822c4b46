"""A summary in the form that sections and pictures need."""

from dataclasses import dataclass

from bakeoff.metrics import METRIC_NAMES, spoken_name, value_range
from bakeoff.report.numbers import ABSENT
from bakeoff.report.pictures.axis_range import ENDLESS, Bounds
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.differences import Pair
from bakeoff.summary.document import Summary
from bakeoff.summary.metric_summary import MetricSummary


@dataclass(frozen=True)
class Race:
    """Candidates by their rank: those with a value of the main metric, and those without."""

    summary: Summary
    ranked: list[CandidateSummary]
    """The best first."""
    unranked: list[CandidateSummary]

    @classmethod
    def of(cls, summary: Summary) -> "Race":
        metric = summary.conditions.main_metric
        has_place = {
            candidate.candidate: candidate.rank is not None and metric in candidate.metrics
            for candidate in summary.candidates
        }
        ranked = [one for one in summary.candidates if has_place[one.candidate]]
        return cls(
            summary,
            sorted(ranked, key=lambda candidate: candidate.rank or 0),
            [one for one in summary.candidates if not has_place[one.candidate]],
        )

    def organisation(self, candidate: CandidateSummary) -> str:
        """The owner of a model on the hub, where the candidate's name leaves it out; else empty."""
        owner, _, model = candidate.model.partition("/")
        is_on_hub = bool(model) and "/" not in model and candidate.requested_as == candidate.model
        if candidate.is_baseline or not is_on_hub or candidate.name.startswith(f"{owner}/"):
            return ""
        return owner

    @property
    def metric(self) -> str:
        return self.summary.conditions.main_metric or ""

    @property
    def metric_name(self) -> str:
        return spoken_name(self.metric) if self.metric else "main metric"

    @property
    def metric_ends(self) -> Bounds:
        """The least and the greatest value that the main metric can have."""
        return value_range(self.metric) if self.metric in METRIC_NAMES else ENDLESS

    @property
    def higher_is_better(self) -> bool:
        return self.summary.conditions.main_metric_direction != "lower"

    @property
    def has_several_seeds(self) -> bool:
        return any(len(one.seeds_completed) > 1 for one in self.ranked)

    @property
    def ran_elsewhere(self) -> bool:
        """Whether the jobs are known to have run on another machine than SageMaker's."""
        return any(one.ownership.is_elsewhere for one in self.summary.candidates)

    @property
    def significance(self) -> float:
        """The adjusted p-value up to which a difference is significant."""
        return 1 - self.summary.statistics.confidence

    def quality(self, candidate: CandidateSummary) -> MetricSummary:
        """The main metric of a ranked candidate."""
        return candidate.metrics[self.metric]

    def is_significant(self, pair: Pair) -> bool:
        return pair.p_value_adjusted <= self.significance

    def is_better(self, difference: float) -> bool:
        return (difference > 0) == self.higher_is_better


def seed_values(metric: MetricSummary) -> list[float]:
    """Those that are numbers, in the order of the seeds."""
    return [value for _, value in sorted(metric.by_seed.items()) if value is not None]


def is_tied(candidate: CandidateSummary) -> bool:
    """Whether it is the best or does not differ significantly from it."""
    return candidate.is_tied is True or candidate.rank == 1


def is_untested(candidate: CandidateSummary) -> bool:
    """Whether it has a rank, but nobody knows whether it differs from the best."""
    return candidate.is_tied is None and candidate.rank not in (None, 1)


def rank_tag(candidate: CandidateSummary) -> str:
    """How dense places name a candidate."""
    return f"#{candidate.rank}" if candidate.rank is not None else ABSENT
