"""Who takes part in a race, and under which rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bakeoff import metrics
from bakeoff.jobs.learning_rates import learning_rates_of
from bakeoff.jobs.screening_config import ScreeningKind, screening_kind
from bakeoff.methods import is_baseline, learns_from_rows
from bakeoff.prepared.manifest import Manifest, PreparedDataset
from bakeoff.race.curve_parts import part_rows
from bakeoff.race.stage_bounds import is_racer
from bakeoff.request.resolved import Candidate, ResolvedRequest


@dataclass(frozen=True)
class Runner:
    """A candidate that can be trained."""

    candidate: str
    is_racer: bool
    """Whether it goes through screening and rungs, not straight to the final."""
    seeds: Sequence[int]
    learning_rates: Sequence[float]
    """Those to try, ascending; a lone one is taken as it is."""
    num_parameters: int | None = None
    is_included: bool = False
    """Whether it goes on from screening because the request names it."""
    learns_from_rows: bool = True
    """Whether more rows may make it better."""

    @property
    def has_trials(self) -> bool:
        return len(self.learning_rates) > 1


@dataclass(frozen=True)
class Race:
    """The candidates in the order of the request, and what decides between them."""

    runners: Sequence[Runner]
    main_metric: str
    higher_is_better: bool
    finalists: int | None = None
    """None: every candidate is one."""
    screening: ScreeningKind = "features"
    curve_parts: Mapping[int, int] = field(default_factory=dict)
    """The rows by percentage of all that the best train on after the final; empty without a
    learning curve."""

    @property
    def racers(self) -> list[Runner]:
        return [runner for runner in self.runners if runner.is_racer]


def race_of(resolved: ResolvedRequest, manifest: Manifest, dataset: PreparedDataset) -> Race:
    """The race of a request whose data and models are prepared."""
    main_metric = resolved.main_metric_of(dataset.task)
    return Race(
        runners=[
            _runner(candidate, resolved, manifest)
            for candidate in resolved.candidates
            if _can_be_trained(candidate, manifest)
        ],
        main_metric=main_metric,
        higher_is_better=metrics.higher_is_better(main_metric),
        finalists=resolved.finalists,
        screening=screening_kind(dataset),
        curve_parts=part_rows(dataset.rows.train) if resolved.learning_curve else {},
    )


def _can_be_trained(candidate: Candidate, manifest: Manifest) -> bool:
    model = manifest.model(candidate.candidate)
    is_ready = model is not None and model.status == "ready"
    return is_ready or is_baseline(candidate.method)


def _runner(candidate: Candidate, resolved: ResolvedRequest, manifest: Manifest) -> Runner:
    model = manifest.model(candidate.candidate)
    return Runner(
        candidate=candidate.candidate,
        is_racer=is_racer(candidate.method),
        seeds=resolved.seeds_of(candidate),
        learning_rates=learning_rates_of(
            candidate, resolved.tune, model.encoder_parameters if model else None
        ),
        num_parameters=model.num_parameters if model else None,
        is_included=candidate.candidate in resolved.included,
        learns_from_rows=learns_from_rows(candidate.method),
    )
