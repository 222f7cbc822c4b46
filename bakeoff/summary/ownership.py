"""What a model costs to own."""

from typing import Literal

from bakeoff.summary.part import Part

MemoryOf = Literal["process", "gpu"]


class Ownership(Part):
    """What a model costs to own: one job's measurements, or a candidate's means over its seeds.

    None where nothing was measured, or where a figure has no meaning for the model.
    """

    num_parameters: int | None = None
    model_bytes: int | None = None
    """The size of the weights on disk."""
    train_peak_bytes: int | None = None
    inference_peak_bytes: int | None = None
    memory_of: MemoryOf | None = None
    """Whose peak memory that is: the whole process's, or the process's share of the GPU's."""
    training_seconds: float | None = None
    train_rows_per_second: float | None = None
    inference_rows_per_second_batch_1: float | None = None
    inference_rows_per_second_batch_32: float | None = None
    latency_p50_seconds: float | None = None
    """From one text to its label, tokenisation included."""
    latency_p95_seconds: float | None = None
    latency_p99_seconds: float | None = None
    inference_other_cpus: float | None = None
    """Processors that other programs used while inference was measured, on average: times beside
    busy programs are too long. None where it is not known."""
    tokens_per_text: float | None = None
    device: str | None = None
    instance_type: str | None = None
    """The one that the job was billed for, or planned on."""
    machine: str | None = None
    """What SageMaker called the machine when the job ran: the instance type, or `local` in the
    local cloud. None where no job said it, as in older results."""
    billable_seconds: int | None = None
    """A candidate's is the sum over all its jobs, failed ones included, and its share of the
    screening jobs."""
    price_usd_per_hour: float | None = None
    """On demand; None where the price list could not be read or lacks the instance type."""
    cost_usd: float | None = None
    """billable_seconds at that price, and a hosted model's tokens at theirs."""
    usd_per_million_predictions: float | None = None
    """At that price and at inference_rows_per_second; of a hosted model, the price of tokens."""
    train_tokens: int | None = None
    """Tokens processed in training with their padding, trials of learning rates included; a
    candidate's is the sum over all its jobs."""
    cpu_seconds: float | None = None
    """The processor time of training; a candidate's is the sum over all its jobs."""
    input_tokens: int | None = None
    """What a hosted model was asked, on validation and test together; None for other models."""
    output_tokens: int | None = None
    """What it answered."""
    unusable_answers: int | None = None
    """Its answers on test that say nothing, as a refusal; they count as wrong."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the job is known to have run on another machine than one of SageMaker's."""
        return self.machine is not None and not self.machine.startswith("ml.")

    @property
    def inference_rows_per_second(self) -> float | None:
        """The higher of the two measured throughputs.

        On a CPU, texts of different lengths may be slower in batches: padding costs as much there
        as text.
        """
        measured = (self.inference_rows_per_second_batch_1, self.inference_rows_per_second_batch_32)
        return max((each for each in measured if each is not None), default=None)
