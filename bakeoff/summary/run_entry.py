"""run.json: where the results of a run come from, and what it found, in a line of a list."""

from bakeoff.documents import Document
from bakeoff.layout import data_name
from bakeoff.summary.document import Summary


class RunEntry(Document):
    """The members after `requested_at` are None where there is none, and in older results."""

    run: str
    name: str
    execution_arn: str | None = None
    experiment: str | None = None
    """None if the run is not tracked in SageMaker Experiments."""
    request_key: str | None = None
    requested_at: str | None = None
    """ISO 8601."""
    dataset: str | None = None
    winner: str | None = None
    """The name of the candidate that ranks first."""
    main_metric: str | None = None
    score: float | None = None
    """The winner's main metric on test."""
    num_candidates: int | None = None
    billable_seconds: int | None = None
    """Of all training jobs."""
    cost_usd: float | None = None

    @property
    def data_name(self) -> str:
        """As people know the data set: an uploaded file by its name; empty if it is not known."""
        return data_name(self.dataset or "")

    @classmethod
    def of(cls, summary: Summary) -> "RunEntry":
        provenance, conditions = summary.provenance, summary.conditions
        best = next((one for one in summary.candidates if one.has_result), None)
        score = best.metrics.get(conditions.main_metric or "") if best else None
        return cls(
            run=provenance.run,
            name=provenance.name,
            execution_arn=provenance.execution_arn,
            experiment=provenance.experiment,
            request_key=provenance.request_key,
            requested_at=provenance.requested_at,
            dataset=conditions.dataset,
            winner=best.name if best else None,
            main_metric=conditions.main_metric,
            score=score.mean if score else None,
            num_candidates=len(summary.candidates),
            billable_seconds=summary.spending.billable_seconds,
            cost_usd=summary.spending.cost_usd,
        )
