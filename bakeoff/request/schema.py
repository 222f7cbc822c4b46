"""The request: what the user asks for, in the short form or the long one."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from bakeoff import names
from bakeoff.errors import Problem, RequestError
from bakeoff.metrics import Task
from bakeoff.request import rules, values
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.model import Model
from bakeoff.request.model_pool import ModelPool, Models
from bakeoff.request.parts import Part, TextOrObject
from bakeoff.request.problems import to_problems
from bakeoff.request.prompt import Prompt
from bakeoff.request.strict_json import read_json_object
from bakeoff.request.target import Target
from bakeoff.request.tune import Tune
from bakeoff.request.values import Integer, Number

MAX_REQUEST_BYTES = 262_144
# Problems are part of a state's payload and of an error's cause, which AWS limits in size.
MAX_PROBLEMS = 50

Keep = Literal["best", "tied", "all", "none"]


def _check_source(text: str, info: ValidationInfo) -> str:
    """A split's name if the data set is on the hub, otherwise the S3 URI or path of its rows."""
    if info.data.get("id", "") is not None:
        return values.check_split_name(text)
    if values.is_s3_uri(text):
        return values.check_s3_uri(text)
    values.refuse_web_address(text)
    return values.check_path_allowed(text, info)


Source = Annotated[values.Text, AfterValidator(_check_source)]


class Dataset(TextOrObject):
    """The data set: on the hub if `id` is given, otherwise in S3 with one URI per split."""

    id: values.HubId | None = Field(default=None, description="The data set's id on the hub.")
    config: values.Config | None = Field(
        default=None, description="The data set's configuration on the hub, if it has several."
    )
    revision: values.Revision | None = Field(
        default=None, description="Branch, tag or commit on the hub; null: the newest commit."
    )
    train: Source | None = Field(
        default=None,
        description="With id: the split's name. Otherwise the S3 URI of the training rows: a CSV, "
        "JSONL or Parquet object, or a prefix that ends in / with several; plain, .gz or .zst.",
    )
    validation: Source | None = Field(
        default=None, description="As train; null: cut from train, stratified."
    )
    test: Source | None = Field(
        default=None, description="As train; null: cut from train, stratified."
    )
    encoding: values.Encoding | None = Field(
        default=None,
        description="Encoding of CSV and JSON files, such as cp1252; null: that of the byte order "
        "mark, or UTF-8.",
    )
    quotes: values.Flag | None = Field(
        default=None,
        description="Whether double quotes in CSV files enclose values (true) or are ordinary "
        "characters (false); null: recognised from the content.",
    )


class Compute(Part):
    """The instances and limits of the jobs; null: the deployment's configuration."""

    training_instance_type: values.InstanceType | None = Field(
        default=None, description="SageMaker instance type of each model's training job."
    )
    fallback_instance_types: Annotated[list[values.InstanceType], Field(max_length=5)] = Field(
        default=[],
        description="Instance types for the models' training jobs, tried in this order where "
        "training_instance_type has no capacity or a quota of 0.",
    )
    baseline_instance_type: values.InstanceType | None = Field(
        default=None,
        description="SageMaker instance type of the jobs of baselines and of the method "
        "static; a CPU is enough.",
    )
    processing_instance_type: values.InstanceType | None = Field(
        default=None, description="SageMaker instance type of the job that prepares the data."
    )
    volume_gb: Annotated[Integer, Field(ge=30, le=16384)] | None = Field(
        default=None, description="Disk of each training job, in GB."
    )
    max_runtime_seconds: Annotated[Integer, Field(ge=60, le=432_000)] | None = Field(
        default=None,
        description="Time limit of a training job; a job that reaches it has no result.",
    )
    max_preparation_seconds: Annotated[Integer, Field(ge=600, le=432_000)] | None = Field(
        default=None,
        description="Time limit of the job that prepares the data; the run fails when it is "
        "reached. null: 24 hours.",
    )
    max_parallel_jobs: Annotated[Integer, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="Concurrent training jobs; the account's quota also applies.",
    )


def _dataset_of_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    return {"train" if values.is_s3_uri(value) or values.is_path(value) else "id": value}


class CommonFields(BaseModel):
    """The fields that a request and the resolved request share."""

    model_config = ConfigDict(frozen=True)

    label_delimiter: values.LabelDelimiter | None = Field(
        default=None,
        description="Separator of the labels, if one text column contains several.",
    )
    label_names: values.LabelNames | None = Field(
        default=None,
        description="Names of the labels, in the order of the 0 and 1 in each row's list; null: "
        "their positions, from 0.",
    )
    label_descriptions: values.LabelDescriptions | None = Field(
        default=None,
        description="What labels mean, by label, in place of their names; for the methods "
        "zeroshot and prompt. See below.",
    )
    task: Task | None = Field(
        default=None, description="The kind of problem; null: inferred from the labels."
    )
    positive_label: values.Label | None = Field(
        default=None,
        description="The label of a binary task for which F1, precision and recall are computed; "
        "null: the second label of the data set.",
    )
    slices: values.SliceColumns = Field(
        default=[],
        description="Columns by which test rows are divided into slices, beside the length of the "
        "text and the label; candidates are compared on each slice. See below.",
    )
    drop_leaked: values.Flag = Field(
        default=True,
        description="Whether rows of train that are also in test are left out of train.",
    )
    max_train_rows: Annotated[Integer, Field(ge=2, le=100_000_000)] | None = Field(
        default=None, description="Maximum number of training rows; a stratified, seeded sample."
    )
    max_test_rows: Annotated[Integer, Field(ge=2, le=100_000_000)] | None = Field(
        default=None, description="Maximum number of test rows; a stratified, seeded sample."
    )
    validation_fraction: Annotated[Number, Field(ge=0.001, le=0.5)] = Field(
        default=0.1,
        description="Share of train for the validation split, if there is none.",
    )
    test_fraction: Annotated[Number, Field(ge=0.001, le=0.5)] = Field(
        default=0.2, description="Share of train for the test split, if there is none."
    )
    split_seed: values.Seed = Field(default=42, description="Seed of all random draws of rows.")
    main_metric: values.MetricName | None = Field(
        default=None,
        description="The metric that ranks candidates and selects each one's best epoch; null: the "
        "task's default, see below.",
    )
    target: Target | None = Field(
        default=None,
        description="For a binary task, a precision or a recall of the positive label that answers "
        "must reach; the results then have what each candidate finds at it. See below.",
    )
    prompt: Prompt | None = Field(
        default=None,
        description="What models with the method prompt are asked about each text; null: what "
        "suits the task. See below.",
    )
    seeds: values.Seeds = Field(
        default=[values.FIRST_SEED],
        description="Each model is trained once with each of these seeds; a number n means n "
        "seeds: 42, 43 and so on.",
    )
    tune: Tune = Field(
        default=Tune(),
        description="What each model tries before it is compared. The first seed tries, the others "
        "use what was best.",
    )
    confidence: values.Confidence = Field(
        default=0.95, description="Confidence level of intervals and tests."
    )
    keep: Keep = Field(
        default="best",
        description="Whose trained models are kept with the results for good: that of the best "
        "candidate, of those tied with it, of all, or of none. See below.",
    )
    register_model: bool = Field(
        default=False,
        description="Whether the best candidate's model becomes a package in SageMaker's Model "
        "Registry, which waits for approval. See below.",
    )
    learning_curve: values.Flag = Field(
        default=False,
        description="Whether the two best candidates train again, on 25 and on 50 % of the train "
        "rows, to tell what twice the labels would add. See below.",
    )
    budget_usd: values.Budget | None = Field(
        default=None,
        description="Limit on the cost of the run, in US dollars, if every job runs until its time "
        "limit; null: no limit. See below.",
    )


class Request(CommonFields):
    """A request to Bakeoff: which models to fine-tune on which data set, and how."""

    model_config = ConfigDict(extra="forbid")

    name: values.Name | None = Field(
        default=None, description="Name of the results, results/NAME/; null: the file's name."
    )
    dataset: Annotated[Dataset, BeforeValidator(_dataset_of_text)] = Field(
        description="A hub id, an object with id, or an object with one S3 URI per split."
    )
    text: values.TextColumns | None = Field(
        default=None,
        description="The text column, or the two columns of text pairs; null: found by the usual "
        "names.",
    )
    label: values.LabelColumns | None = Field(
        default=None,
        description="The label column, or a list of columns of 0 and 1, one per label; null: found "
        "by the usual names.",
    )
    models: Models = Field(
        description="The models to compare: a list, or an object that searches the hub for some."
    )
    baselines: values.Flag = Field(
        default=True,
        description="Whether two baselines take part: majority, which uses only the labels, and "
        "tfidf, a linear model on words and characters. Without training rows there are none.",
    )
    hyperparameters: Hyperparameters = Field(
        default_factory=Hyperparameters, description="Training settings for all models."
    )
    compute: Compute = Field(default_factory=Compute, description="Instances and limits of jobs.")

    @property
    def has_baselines(self) -> bool:
        """Whether baselines take part: not where there are no rows to train them on."""
        has_training_rows = self.dataset.id is not None or self.dataset.train is not None
        return self.baselines and has_training_rows

    @property
    def pool(self) -> ModelPool | None:
        """The models as an object; None if they are a list."""
        return self.models if isinstance(self.models, ModelPool) else None

    @property
    def named_models(self) -> list[Model]:
        """The models that the request names itself: its list, or what it includes."""
        return self.models.include or [] if isinstance(self.models, ModelPool) else self.models


def parse_request(content: bytes, *, file_name: str, allow_paths: bool = False) -> Request:
    """Parses and checks a request; a request without a name is named after `file_name`.

    With `allow_paths`, data sets and models may be local paths, which the caller then uploads.
    Raises RequestError with every problem found.
    """
    document = read_json_object(content, MAX_REQUEST_BYTES)
    # Only editors use it.
    document.pop("$schema", None)
    problems = rules.broken_rules(document)
    try:
        request = Request.model_validate(document, context={"allow_paths": allow_paths})
    except ValidationError as error:
        problems = to_problems(error, Request, MAX_PROBLEMS) + problems
        raise RequestError(_reported(problems, document)) from error
    if problems:
        raise RequestError(_reported(problems, document))
    name = request.name or names.results_name(file_name)
    return request.model_copy(update={"name": name})


def _reported(problems: list[Problem], document: dict[str, Any]) -> list[Problem]:
    """The first fifty, in the order of the document's fields; missing fields come last."""
    order = list(document)

    def place(problem: Problem) -> int:
        top = problem.field.split(".")[0].split("[")[0]
        return order.index(top) if top in order else len(order)

    return sorted(problems, key=place)[:MAX_PROBLEMS]


def request_json_schema() -> dict[str, Any]:
    """The JSON Schema of a request, for editors; `docs/request.schema.json` holds it."""
    schema = Request.model_json_schema()
    fields = schema["properties"]
    # What readers look for first; the rest follows in the order of the classes.
    first = {name: fields[name] for name in ("name", "dataset", "models", "text", "label")}
    schema["properties"] = {"$schema": {"type": "string"}, **first, **fields}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
