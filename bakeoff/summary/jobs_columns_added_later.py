"""Columns of jobs.csv that came after the others, of any kind.

They stand behind the others, so that a column stays where readers of older results found it.
"""

from bakeoff.summary.columns import Column
from bakeoff.summary.job_row import JobRow, hyperparameter, owned
from bakeoff.summary.learning_rates import compactly

ADDED_LATER: tuple[Column[JobRow], ...] = (
    Column(
        "stage",
        "text",
        "",
        "`final`, or `rung`: a part of the training, which scores no test",
        lambda row: row.job.stage,
    ),
    Column(
        "wave",
        "integer",
        "",
        "The pass of the race that the job belongs to, from 1",
        lambda row: row.job.wave,
    ),
    Column(
        "learning_rates_tried",
        "text",
        "",
        "Each learning rate that this job tried with its main metric on validation, as "
        "`5e-05=0.861`; no number where training diverged",
        lambda row: compactly(row.job.learning_rate_trials),
    ),
    Column(
        "steps_planned",
        "integer",
        "steps",
        "Steps of a whole training",
        lambda row: row.job.steps_planned,
    ),
    Column(
        "steps_trained",
        "integer",
        "steps",
        "Steps that the learning rate used was trained for, in this and earlier stages",
        lambda row: row.job.steps_trained,
    ),
    Column(
        "validation_standard_error",
        "number",
        "as the main metric",
        "Standard error of the main metric on validation, by a bootstrap over its rows",
        lambda row: row.job.validation_standard_error,
    ),
    Column(
        "majority_p_value",
        "number",
        "0 to 1",
        "P-value, on validation, of being better than one answer for all rows",
        lambda row: row.job.majority_p_value,
    ),
    owned("train_tokens", "integer", "tokens", "Tokens processed in training, trials included"),
    owned("cpu_seconds", "number", "seconds", "Processor time of training"),
    Column(
        "temperature",
        "number",
        "",
        "What logits are divided by for the best probabilities on validation; above 1 the model "
        "was too sure",
        lambda row: row.job.temperature,
    ),
    Column(
        "target_threshold",
        "number",
        "0 to 1",
        "The probability from which on the positive label reaches the request's `target` on "
        "validation; empty without a target, and if none is high enough",
        lambda row: row.job.target_threshold,
    ),
    hyperparameter(
        "prompt_examples",
        "integer",
        "rows",
        "Train rows that a prompt shows; empty where validation chose: see `chosen`",
    ),
    owned(
        "inference_other_cpus",
        "number",
        "processors",
        "What other programs used while inference was measured, on average: times beside busy "
        "programs are too long",
    ),
    owned(
        "machine",
        "text",
        "",
        "What SageMaker called the machine that ran the job: the instance type, or `local` in the "
        "local cloud",
    ),
    owned(
        "input_tokens",
        "integer",
        "tokens",
        "What a hosted model was asked, on validation and test; empty for other models",
    ),
    owned("output_tokens", "integer", "tokens", "What it answered"),
    owned(
        "unusable_answers",
        "integer",
        "rows",
        "Its answers on test that say nothing, such as a refusal; they count as wrong",
    ),
)
