"""How a job trained: the recipe, and what became of it."""

from bakeoff.summary.columns import Cell, Column
from bakeoff.summary.job_row import JobRow, hyperparameter


def _learning_rate(row: JobRow) -> Cell:
    if row.job.learning_rate is not None:
        return row.job.learning_rate
    rate: Cell = row.candidate.hyperparameters.get("learning_rate")
    return rate


RECIPE = (
    Column(
        "learning_rate",
        "number",
        "",
        "The highest learning rate, reached after warm-up: the best of those tried",
        _learning_rate,
    ),
    hyperparameter("epochs", "integer", "epochs", "Passes over the training rows"),
    hyperparameter(
        "train_batch_size",
        "integer",
        "rows",
        "Rows per training step; empty where `train_batch_tokens` is given",
    ),
    hyperparameter("train_batch_tokens", "integer", "tokens", "Tokens per training step"),
    hyperparameter("eval_batch_size", "integer", "rows", "Rows per evaluation step"),
    hyperparameter("batching", "text", "", "`length`: similar lengths share a batch; `random`"),
    hyperparameter("max_length", "integer", "tokens", "The length at which texts were cut"),
    hyperparameter("warmup_steps", "integer", "steps", "Steps of warm-up, if given as steps"),
    hyperparameter("warmup_ratio", "number", "0 to 1", "Share of all steps, if given as a share"),
    hyperparameter("schedule", "text", "", "How the learning rate falls: `linear` or `cosine`"),
    hyperparameter("weight_decay", "number", "", "AdamW's weight decay"),
    hyperparameter(
        "max_grad_norm", "number", "", "The norm to which gradients were clipped; 0: not clipped"
    ),
    hyperparameter("label_smoothing", "number", "0 to 1", "Label smoothing"),
    hyperparameter("class_weights", "text", "", "`balanced`, or empty: all rows weigh the same"),
    hyperparameter(
        "early_stopping_patience",
        "integer",
        "epochs",
        "Epochs without a better main metric after which training ends; empty: never",
    ),
    hyperparameter(
        "checkpoint_steps", "integer", "steps", "Steps between checkpoints within an epoch"
    ),
    hyperparameter("lora_rank", "integer", "", "Rank of LoRA's matrices"),
    hyperparameter("lora_alpha", "integer", "", "LoRA's scale"),
    hyperparameter("lora_dropout", "number", "0 to 1", "Dropout of LoRA's input"),
)

COURSE: tuple[Column[JobRow], ...] = (
    Column(
        "epochs_trained",
        "number",
        "epochs",
        "Epochs trained: fewer than `epochs` if training stopped early",
        lambda row: row.job.epochs_trained,
    ),
    Column(
        "stopped_early",
        "boolean",
        "",
        "Whether `early_stopping_patience` ended training",
        lambda row: row.job.stopped_early,
    ),
    Column(
        "numeric_precision",
        "text",
        "",
        "The number format of training: `fp32`, `bf16` or `fp16`",
        lambda row: row.job.numeric_precision,
    ),
    Column(
        "micro_batch_size",
        "integer",
        "rows",
        "Rows in memory at once",
        lambda row: row.job.micro_batch_size,
    ),
    Column(
        "gradient_accumulation_steps",
        "integer",
        "",
        "Micro-batches per step: more than 1 where memory ran out and the batch was divided",
        lambda row: row.job.gradient_accumulation_steps,
    ),
    Column(
        "padding_share",
        "number",
        "0 to 1",
        "The share of padding among all tokens processed in training",
        lambda row: row.job.padding_share,
    ),
)
