"""Where everything is in the bucket."""

REQUESTS_PREFIX = "requests/"
UPLOADS_PREFIX = "uploads/"
RUNS_PREFIX = "runs/"
RESULTS_PREFIX = "results/"
CACHE_PREFIX = "cache/"
"""What PrepareData keeps for later runs, by content: snapshots of models, rows, tokens."""
PAST_RUNS_PREFIX = "throughput/"
"""What past runs took, from which later ones are estimated."""


def s3_uri(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def run_prefix(run: str) -> str:
    return f"{RUNS_PREFIX}{run}/"


def claim_key(run: str) -> str:
    """Says which execution carries out the run."""
    return run_prefix(run) + "claim.json"


def resolved_request_key(run: str) -> str:
    return run_prefix(run) + "request.json"


def code_prefix(run: str) -> str:
    return run_prefix(run) + "code/"


def code_archive_key(run: str) -> str:
    """The training code as SageMaker's toolkit wants it."""
    return code_prefix(run) + "sourcedir.tar.gz"


def code_files_prefix(run: str) -> str:
    """The same code unpacked, for the processing job."""
    return code_prefix(run) + "files/"


def prepared_prefix(run: str) -> str:
    return run_prefix(run) + "prepared/"


def manifest_key(run: str) -> str:
    return prepared_prefix(run) + "manifest.json"


def data_card_key(run: str) -> str:
    """What is known of the data: rows, balance, lengths, duplicates."""
    return prepared_prefix(run) + "data.json"


def cost_plan_key(run: str) -> str:
    """What the run may cost, and what it is expected to."""
    return run_prefix(run) + "cost.json"


def past_run_key(run: str) -> str:
    """What each job of the run took; outlives the run's own files."""
    return f"{PAST_RUNS_PREFIX}{run}.json"


def test_texts_key(dataset_prefix: str) -> str:
    """Of a prepared data set: the beginning of each test row's texts, by the row's id."""
    return dataset_prefix + "test_texts.jsonl.gz"


def sample_prefix(dataset_prefix: str) -> str:
    """Of a prepared data set: texts.json, some test rows to measure inference with."""
    return dataset_prefix + "sample/"


def plan_key(run: str) -> str:
    return run_prefix(run) + "plan.json"


def config_prefix(run: str, item: str) -> str:
    return f"{run_prefix(run)}configs/{item}/"


def config_key(run: str, item: str) -> str:
    return config_prefix(run, item) + "config.json"


def checkpoint_prefix(run: str, item: str) -> str:
    """Belongs to the plan's item, not to the job: another attempt goes on where one ended."""
    return f"{run_prefix(run)}checkpoints/{item}/"


def output_prefix(run: str) -> str:
    """SageMaker adds JOB/output/model.tar.gz and JOB/output/output.tar.gz."""
    return run_prefix(run) + "output/"


def results_of_run_prefix(run: str) -> str:
    """What became of each training job."""
    return run_prefix(run) + "results/"


def result_key(run: str, item: str) -> str:
    return f"{results_of_run_prefix(run)}{item}.json"


def predictions_key(run: str, item: str) -> str:
    """What a training job answered for the test rows, an .npz file."""
    return f"{run_prefix(run)}predictions/{item}.npz"


def results_prefix(name: str) -> str:
    return f"{RESULTS_PREFIX}{name}/"


def latest_key(name: str, file: str) -> str:
    """The newest run's file."""
    return results_prefix(name) + file


def archived_key(name: str, run: str, file: str) -> str:
    """A run's own file, which no other run overwrites."""
    return f"{results_prefix(name)}runs/{run}/{file}"
