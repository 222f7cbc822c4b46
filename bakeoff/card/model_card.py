"""README.md of a trained model, and what else is written beside it."""

from dataclasses import dataclass
from typing import Any

from bakeoff.card import origin_sections, sections
from bakeoff.card.metadata import base_model, metadata
from bakeoff.card.public_names import data_name, model_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.summary.kept_model import KeptModel

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class TrainedModel:
    """A kept model with all that is known of it."""

    summary: Summary
    candidate: CandidateSummary
    job: JobSummary
    """The one that trained it."""
    max_length: int | None
    """Tokens after which texts are cut; None without tokens."""
    data_card: DataCard | None = None
    license: str | None = None
    """The hub's tag for that of the base model; None if it is not known."""

    @classmethod
    def of(
        cls,
        summary: Summary,
        kept: KeptModel,
        *,
        max_length: int | None,
        data_card: DataCard | None = None,
        license: str | None = None,
    ) -> "TrainedModel":
        """Raises LookupError if the summary knows no such model."""
        candidates = {each.candidate: each for each in summary.candidates}
        candidate = candidates[kept.candidate]
        jobs = {each.seed: each for each in candidate.jobs}
        return cls(summary, candidate, jobs[kept.seed], max_length, data_card, license)


def model_card(model: TrainedModel) -> str:
    parts = [
        sections.title(model.summary, model.candidate),
        sections.use(model.candidate, is_pair=len(model.summary.conditions.text_columns) > 1),
        sections.answers(model.summary, model.job, model.max_length),
        sections.scores(model.summary, model.candidate, model.job),
        sections.choice(model.summary, model.candidate, model.job),
        origin_sections.training(model.summary, model.candidate, model.job),
        origin_sections.data(model.summary, model.data_card),
        origin_sections.limits(model.summary, model.candidate, license=model.license),
    ]
    head = metadata(model.summary, model.candidate, model.job, model.license)
    return "\n\n".join([head, *("\n".join(lines) for lines in parts)]) + "\n"


def about_model(model: TrainedModel) -> dict[str, Any]:
    """bakeoff.json: where the model comes from, for programs."""
    conditions, provenance = model.summary.conditions, model.summary.provenance
    return {
        "schema_version": SCHEMA_VERSION,
        "name": provenance.name,
        "run": provenance.run,
        "candidate": model.candidate.candidate,
        "seed": model.job.seed,
        "model": model_name(model.candidate),
        "base_model": base_model(model.candidate),
        "model_revision": model.candidate.model_revision,
        "method": model.candidate.method,
        "task": conditions.task,
        "labels": conditions.labels,
        "text_columns": conditions.text_columns,
        "label_columns": conditions.label_columns,
        "label_delimiter": provenance.request.get("label_delimiter"),
        "label_names": provenance.request.get("label_names"),
        "dataset": data_name(model.summary),
        "dataset_revision": conditions.dataset_revision,
        "dataset_fingerprint": conditions.dataset_fingerprint,
        "main_metric": conditions.main_metric,
        "test": model.job.test,
        "validation": model.job.validation,
    }
