"""The top of the page: the answer, and the question that it answers."""

from dataclasses import dataclass

from bakeoff.layout import data_name
from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised, shortened
from bakeoff.report.race import Race
from bakeoff.report.sections.names import mark
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.wording import counted

_MAX_DATASET = 48


@dataclass(frozen=True)
class Badge:
    """A distinction, the candidate that has it, and the figure that decided it."""

    title: str
    name: str
    mark: str
    figure: str


@dataclass(frozen=True)
class VerdictSection:
    headline: str
    sentences: list[str]
    badges: list[Badge]
    tied: list[tuple[str, str]]
    """Names and marks of the tied candidates, the best first; empty if nothing is tied with it."""
    facts: list[tuple[str, str]]


def verdict_section(race: Race) -> VerdictSection:
    verdict = race.summary.verdict
    sentences = verdict.sentences or ["No verdict was reached."]
    ranked = {one.candidate: one for one in race.ranked}
    tied = [ranked[key] for key in verdict.tied if key in ranked]
    distinctions = [("Best", verdict.best, _quality)]
    if len(tied) > 1:
        distinctions += [
            ("Cheapest", verdict.cheapest, _cost),
            ("Fastest", verdict.fastest, _latency),
            ("Smallest", verdict.smallest, _size),
        ]
    badges = [
        Badge(title, one.name, mark(one), figure(race, one))
        for title, key, figure in distinctions
        if (one := ranked.get(key or ""))
    ]
    chips = [(one.name, mark(one)) for one in tied] if len(tied) > 1 else []
    return VerdictSection(sentences[0], sentences[1:], badges, chips, _facts(race))


def _quality(race: Race, candidate: CandidateSummary) -> str:
    return f"{race.metric_name} {numbers.shown(race.quality(candidate).mean, numbers.metric)}"


def _cost(race: Race, candidate: CandidateSummary) -> str:
    cost = candidate.ownership.usd_per_million_predictions
    return f"{numbers.shown(cost, numbers.usd)} per million predictions"


def _latency(race: Race, candidate: CandidateSummary) -> str:
    latency = candidate.ownership.latency_p50_seconds
    return f"{numbers.shown(latency, numbers.milliseconds)} per text"


def _size(race: Race, candidate: CandidateSummary) -> str:
    return f"{numbers.shown(candidate.ownership.model_bytes, numbers.size)} on disk"


def _facts(race: Race) -> list[tuple[str, str]]:
    """What a reader needs to know about the run at first sight."""
    conditions, provenance = race.summary.conditions, race.summary.provenance
    rows = " · ".join(f"{numbers.count(n)} {split}" for split, n in conditions.rows.items())
    task = conditions.task or "not known"
    if conditions.labels:
        task += f", {counted(len(conditions.labels), 'label')}"
    direction = "higher" if race.higher_is_better else "lower"
    metric = f"{capitalised(race.metric_name)}, {direction} is better"
    candidates = numbers.count(len(race.summary.candidates))
    num_seeds = max((len(one.seeds) for one in race.summary.candidates), default=0)
    if num_seeds:
        most = "one seed each" if num_seeds == 1 else f"up to {counted(num_seeds, 'seed')}"
        candidates += f", with {most}"
    return [
        ("Data", shortened(data_name(conditions.dataset), _MAX_DATASET)),
        ("Task", task),
        ("Rows", rows or "none"),
        ("Ranked by", metric if conditions.main_metric else "not known"),
        ("Candidates", candidates),
        ("Requested", when(provenance.requested_at)),
    ]


def when(moment: str | None) -> str:
    """An ISO 8601 time, to the minute where it is UTC."""
    if not moment:
        return "not known"
    day, _, time = moment.partition("T")
    return f"{day} {time[:5]} UTC" if time.endswith("Z") else moment
