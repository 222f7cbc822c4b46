"""A training job in the summary."""

from bakeoff.comparison.learning_rate_trials import trials_of
from bakeoff.comparison.ownership import Prices, job_ownership
from bakeoff.comparison.token_costs import Hosting
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.summary.job import JobSummary


def job_summary(
    result: JobResult,
    main_metric: str | None,
    planned_instance_type: str,
    prices: Prices,
    hosting: Hosting | None = None,
) -> JobSummary:
    metrics = result.metrics or JobMetrics()
    return JobSummary(
        seed=result.seed,
        job_name=result.job_name,
        status=result.status,
        reason=result.reason,
        attempts=result.attempts,
        test=result.scores("test"),
        validation=result.scores("validation"),
        threshold=metrics.threshold,
        best_epoch=None if metrics.best_epoch is None else round(metrics.best_epoch),
        epochs_trained=metrics.epochs_trained,
        stopped_early=metrics.stopped_early,
        numeric_precision=metrics.precision,
        micro_batch_size=metrics.micro_batch_size,
        gradient_accumulation_steps=metrics.gradient_accumulation_steps,
        padding_share=metrics.padding_share,
        ownership=job_ownership(result, planned_instance_type, prices, hosting),
        chosen=metrics.chosen,
        notes=metrics.notes,
        model_artifact_uri=result.model_artifact_uri,
        output_uri=result.output_uri,
        stage=result.stage,
        wave=result.wave,
        learning_rate=metrics.learning_rate,
        learning_rate_trials=trials_of(metrics, main_metric or ""),
        steps_planned=metrics.steps_planned,
        steps_trained=metrics.steps_trained,
        validation_standard_error=metrics.validation_standard_error,
        majority_p_value=metrics.majority_p_value,
        temperature=metrics.temperature,
        target_threshold=metrics.target_threshold,
        has_probabilities=metrics.has_probabilities is not False,
    )
