"""What a job's model costs to own, and what the job cost."""

from bakeoff.summary.job_row import owned

OWNERSHIP = (
    owned("num_parameters", "integer", "parameters", "The trained model's size"),
    owned("model_bytes", "integer", "bytes", "The size of the model's weights on disk"),
    owned("latency_p50_seconds", "number", "seconds", "Median time from one text to its label"),
    owned("latency_p95_seconds", "number", "seconds", "95th percentile of that time"),
    owned("latency_p99_seconds", "number", "seconds", "99th percentile of that time"),
    owned(
        "inference_rows_per_second_batch_1", "number", "rows", "Texts labelled per second, singly"
    ),
    owned(
        "inference_rows_per_second_batch_32", "number", "rows", "The same in batches of 32 texts"
    ),
    owned(
        "tokens_per_text",
        "number",
        "tokens",
        "Mean over test texts, cut to `max_length`; empty for models without tokens",
    ),
    owned("train_peak_bytes", "integer", "bytes", "Peak memory in training"),
    owned("inference_peak_bytes", "integer", "bytes", "Peak memory in inference"),
    owned(
        "memory_of",
        "text",
        "",
        "Which memory the peaks are of. `process`: the whole process; `gpu`: the process's share "
        "of the GPU's",
    ),
    owned("train_rows_per_second", "number", "rows", "Rows trained on per second"),
    owned("training_seconds", "number", "seconds", "The job's duration, from download to upload"),
    owned(
        "billable_seconds", "integer", "seconds", "Seconds that AWS bills; fewer on spot instances"
    ),
    owned(
        "price_usd_per_hour",
        "number",
        "US dollars",
        "The instance type's price on demand when the run began; empty if it is not known",
    ),
    owned(
        "cost_usd",
        "number",
        "US dollars",
        "`billable_seconds` at this price, and a hosted model's tokens at theirs",
    ),
    owned(
        "usd_per_million_predictions",
        "number",
        "US dollars",
        "Cost of a million texts at this price and the higher of the two rates above; of a hosted "
        "model that of its tokens",
    ),
    owned("instance_type", "text", "", "The SageMaker instance type"),
    owned("device", "text", "", "The processor that trained, as the job saw it"),
)
