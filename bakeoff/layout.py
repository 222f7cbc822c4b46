"""The keys of all objects in the bucket."""

import re

REQUESTS_PREFIX = "requests/"
UPLOADS_PREFIX = "uploads/"
RUNS_PREFIX = "runs/"
RESULTS_PREFIX = "results/"
CACHE_PREFIX = "cache/"
"""What later runs use again, addressed by content: models, rows, tokens, vectors."""
PAST_RUNS_PREFIX = "throughput/"
"""The time that past runs took; later runs are estimated from it."""
WAITING_PREFIX = "waiting/"
"""The notes of jobs that wait for a quota; they expire after a day."""
PREPARATION = "preparation"
"""What stands for the item in the note of a run's preparation."""

CONTENT_HASH_LENGTH = 32
"""Hexadecimal digits of an upload's hash."""
_UPLOAD_URI = re.compile(rf"^s3://[^/]+/(?={UPLOADS_PREFIX}[0-9a-f]{{{CONTENT_HASH_LENGTH}}}/)")


def s3_uri(bucket: str, key: str) -> str:
    return f"s3://{bucket}/{key}"


def upload_prefix(content_hash: str, name: str) -> str:
    """A file that the client uploads; with a slash, the beginning of a folder's files."""
    return f"{UPLOADS_PREFIX}{content_hash}/{name}"


def without_bucket(uri: str) -> str:
    """An upload's URI without the bucket, as its key says what it is; another text as it is."""
    return _UPLOAD_URI.sub("", uri)


def data_name(dataset: str) -> str:
    """As people know the data set: an uploaded file by its name, another text as it is."""
    known = without_bucket(dataset)
    return known.rstrip("/").rsplit("/", 1)[-1] if known.startswith(UPLOADS_PREFIX) else known


def run_prefix(run: str) -> str:
    return f"{RUNS_PREFIX}{run}/"


def claim_key(run: str) -> str:
    """The claim, which names the execution that owns the run."""
    return run_prefix(run) + "claim.json"


def resolved_request_key(run: str) -> str:
    return run_prefix(run) + "request.json"


def search_key(run: str) -> str:
    """The models that the run's search found, and those that it dropped."""
    return run_prefix(run) + "search.json"


def code_prefix(run: str) -> str:
    return run_prefix(run) + "code/"


def code_archive_key(run: str) -> str:
    """The training code, packed as SageMaker's toolkit expects it."""
    return code_prefix(run) + "sourcedir.tar.gz"


def prepared_prefix(run: str) -> str:
    return run_prefix(run) + "prepared/"


def manifest_key(run: str) -> str:
    return prepared_prefix(run) + "manifest.json"


def fetching_key(run: str) -> str:
    """How much of the models the preparation has fetched so far."""
    return prepared_prefix(run) + "fetching.json"


def data_card_key(run: str) -> str:
    """The data card: rows, class balance, lengths, duplicates."""
    return prepared_prefix(run) + "data.json"


def cost_plan_key(run: str) -> str:
    """The upper bound of the run's cost, and the estimate."""
    return run_prefix(run) + "cost.json"


def past_run_key(run: str) -> str:
    """The time that each job of the run took; outlives the run's own files."""
    return f"{PAST_RUNS_PREFIX}{run}.json"


def split_rows_key(dataset_prefix: str, split: str) -> str:
    """The rows of a split of a prepared data set, with texts and labels."""
    return f"{dataset_prefix}{split}.parquet"


def test_texts_key(dataset_prefix: str) -> str:
    """The beginning of each test row's texts in a prepared data set, by the row's id."""
    return dataset_prefix + "test_texts.jsonl.gz"


def row_slices_key(dataset_prefix: str) -> str:
    """Which test rows of a prepared data set are in which slice."""
    return dataset_prefix + "slices.json.gz"


def sample_prefix(dataset_prefix: str) -> str:
    """The folder of texts.json: some test rows of a prepared data set, to measure inference."""
    return dataset_prefix + "sample/"


def waves_prefix(run: str) -> str:
    """The plan and the outcome of each wave."""
    return run_prefix(run) + "waves/"


def plan_key(run: str, wave: int) -> str:
    """The jobs of one wave, which count from 1."""
    return f"{waves_prefix(run)}{wave}/plan.json"


def outcome_key(run: str, wave: int) -> str:
    """Who went on after the wave; written when the next one is planned."""
    return f"{waves_prefix(run)}{wave}/outcome.json"


def earlier_plan_key(run: str) -> str:
    """The only plan of a run by a deployment that knew no waves."""
    return run_prefix(run) + "plan.json"


def config_prefix(run: str, item: str) -> str:
    return f"{run_prefix(run)}configs/{item}/"


def config_key(run: str, item: str) -> str:
    return config_prefix(run, item) + "config.json"


def checkpoint_prefix(run: str, item: str) -> str:
    """Belongs to candidate and seed, not to the job, so that another attempt resumes from it, and
    the next rung goes on from it; `item` is that of the final."""
    return f"{run_prefix(run)}checkpoints/{item}/"


def vectors_prefix(content_hash: str) -> str:
    """The vectors that a frozen model gives for the texts of a data set."""
    return f"{CACHE_PREFIX}vectors/{content_hash}/"


def label_probabilities_key(run: str, item: str) -> str:
    """What a training job's model says of the labels of all rows, an .npz file."""
    return f"{run_prefix(run)}predictions/{item}.labels.npz"


def output_prefix(run: str) -> str:
    """SageMaker adds JOB/output/model.tar.gz and JOB/output/output.tar.gz."""
    return run_prefix(run) + "output/"


def results_of_run_prefix(run: str) -> str:
    """The result of each training job."""
    return run_prefix(run) + "results/"


def result_key(run: str, item: str) -> str:
    return f"{results_of_run_prefix(run)}{item}.json"


def waiting_prefix(quota: str, run: str | None = None) -> str:
    """The notes of all jobs that wait for the quota, or of those of one run."""
    return f"{WAITING_PREFIX}{quota}/" + (f"{run}/" if run else "")


def waiting_key(quota: str, run: str, item: str) -> str:
    return f"{waiting_prefix(quota, run)}{item}.json"


def waiting_of(key: str) -> tuple[str, str]:
    """The run and the item of the job whose note is at the key."""
    run, item = key.split("/")[-2:]
    return run, item.removesuffix(".json")


def predictions_key(run: str, item: str) -> str:
    """A training job's predictions for the test rows, an .npz file."""
    return f"{run_prefix(run)}predictions/{item}.npz"


def prediction_table_key(run: str, item: str) -> str:
    """The same as Parquet, with labels and probabilities."""
    return f"{run_prefix(run)}predictions/{item}.parquet"


RESULTS_INDEX = RESULTS_PREFIX + "index.html"
"""The page that lists all results. No results are there: a name's files lie below it."""


def results_prefix(name: str) -> str:
    return f"{RESULTS_PREFIX}{name}/"


def latest_key(name: str, file: str) -> str:
    """The newest run's file."""
    return results_prefix(name) + file


def archived_key(name: str, run: str, file: str) -> str:
    """The file of one run, which no other run overwrites."""
    return f"{results_prefix(name)}runs/{run}/{file}"
