"""The request: what the user asks for, in the short form or the long one."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bakeoff import names
from bakeoff.errors import Problem, RequestError
from bakeoff.methods import ModelMethod
from bakeoff.metrics import Task
from bakeoff.request import rules, values
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.problems import to_problems
from bakeoff.request.strict_json import read_json_object
from bakeoff.request.values import Integer, Number

MAX_REQUEST_BYTES = 262_144
# Problems travel in a state's payload and in its error's cause, which AWS bounds.
MAX_PROBLEMS = 50


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _TextOrObject(_Part):
    """A part that may be given as one text, where the object would hold nothing else."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        return {"anyOf": [{"type": "string"}, schema], "description": schema.pop("description")}


def _check_source(text: str, info: ValidationInfo) -> str:
    """A split's name if the data set is from the hub, otherwise the place of its rows."""
    if info.data.get("id", "") is not None:
        return values.check_split_name(text)
    if values.is_s3_uri(text):
        return values.check_s3_uri(text)
    return values.check_path_allowed(text, info)


Source = Annotated[values.Text, AfterValidator(_check_source)]


class Dataset(_TextOrObject):
    """The rows: on the hub if `id` is given, otherwise in S3, one URI per split."""

    id: values.HubId | None = Field(default=None, description="The data set's id on the hub.")
    config: values.Config | None = Field(
        default=None, description="The data set's configuration on the hub, if it has several."
    )
    revision: values.Revision | None = Field(
        default=None, description="Branch, tag or commit on the hub; null: the newest."
    )
    train: Source | None = Field(
        default=None,
        description="With id: the split's name. Otherwise the S3 URI of the training rows: one "
        "CSV, JSONL or Parquet object, or a prefix that ends in / and holds several; each as it "
        "is, or with .gz or .zst.",
    )
    validation: Source | None = Field(
        default=None, description="Likewise; null: cut from train, stratified."
    )
    test: Source | None = Field(
        default=None, description="Likewise; null: cut from train, stratified."
    )


class Model(_TextOrObject):
    """A model to fine-tune, with what it overrides."""

    id: values.ModelId = Field(
        description="Hub id, or S3 URI of a model directory or of its model.tar.gz."
    )
    requested_as: values.RequestedAs | None = Field(
        default=None,
        description="What the results call the model in place of its id. The command line writes "
        "the local path here when it replaces the path by the S3 URI of the upload.",
    )
    revision: values.Revision | None = Field(
        default=None, description="Branch, tag or commit on the hub; null: the newest."
    )
    method: ModelMethod = Field(
        default="full",
        description="full: all weights are trained; lora: small matrices beside them; frozen: "
        "none, a linear head is fitted to the model's features, once for all seeds.",
    )
    hyperparameters: Hyperparameters = Field(
        default_factory=Hyperparameters, description="What differs for this model alone."
    )


class Compute(_Part):
    """The machines; what is left out is the deployment's choice."""

    training_instance_type: values.InstanceType | None = Field(
        default=None, description="SageMaker instance type of each model's training job."
    )
    baseline_instance_type: values.InstanceType | None = Field(
        default=None, description="SageMaker instance type of the baselines' jobs; a CPU will do."
    )
    processing_instance_type: values.InstanceType | None = Field(
        default=None, description="SageMaker instance type that prepares the data."
    )
    volume_gb: Annotated[Integer, Field(ge=30, le=16384)] | None = Field(
        default=None, description="Disk of each training job, in GB."
    )
    max_runtime_seconds: Annotated[Integer, Field(ge=60, le=432_000)] | None = Field(
        default=None, description="Time after which a training job is stopped, without a result."
    )
    max_preparation_seconds: Annotated[Integer, Field(ge=600, le=432_000)] | None = Field(
        default=None,
        description="Time after which the job that prepares the data is stopped, and the run with "
        "it; null: 24 hours.",
    )
    max_parallel_jobs: Annotated[Integer, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Training jobs at once; the account's quota bounds it too."
    )


def _dataset_of_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    return {"train" if values.is_s3_uri(value) or values.is_path(value) else "id": value}


def _model_of_text(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class CommonFields(BaseModel):
    """The fields that a request and the resolved request share."""

    model_config = ConfigDict(frozen=True)

    label_delimiter: values.LabelDelimiter | None = Field(
        default=None,
        description="What separates the labels of a row, where one column holds several as text.",
    )
    task: Task | None = Field(
        default=None, description="What is to be learnt; null: inferred from the labels."
    )
    positive_label: values.Label | None = Field(
        default=None,
        description="Of two labels the one whose F1, precision and recall are meant; null: the "
        "second of the data set.",
    )
    drop_leaked: values.Flag = Field(
        default=True,
        description="Whether rows of train that also stand in test are left out of train.",
    )
    max_train_rows: Annotated[Integer, Field(ge=2, le=100_000_000)] | None = Field(
        default=None, description="At most so many training rows, drawn stratified and seeded."
    )
    max_test_rows: Annotated[Integer, Field(ge=2, le=100_000_000)] | None = Field(
        default=None, description="At most so many test rows, drawn stratified and seeded."
    )
    validation_fraction: Annotated[Number, Field(ge=0.001, le=0.5)] = Field(
        default=0.1, description="Share of train cut off if there is no validation split."
    )
    test_fraction: Annotated[Number, Field(ge=0.001, le=0.5)] = Field(
        default=0.2, description="Share of train cut off if there is no test split."
    )
    split_seed: values.Seed = Field(default=42, description="Seeds every draw of rows.")
    main_metric: values.MetricName | None = Field(
        default=None,
        description="Ranks the candidates and chooses each one's best epoch; null: the task's own, "
        "see below.",
    )
    seeds: values.Seeds = Field(
        default=[values.FIRST_SEED],
        description="Each model is trained once with each of these seeds; a number n stands for n "
        "of them, 42, 43 and so on.",
    )
    confidence: values.Confidence = Field(
        default=0.95, description="Of the intervals and tests of the comparison."
    )
    budget_usd: values.Budget | None = Field(
        default=None,
        description="What the run's jobs may cost if each runs for as long as it may, in US "
        "dollars; null: no limit. See below.",
    )


class Request(CommonFields):
    """A request to Bakeoff: which models to fine-tune on which data set, and how."""

    model_config = ConfigDict(extra="forbid")

    name: values.Name | None = Field(
        default=None, description="Names the results, results/NAME/; null: the file's name."
    )
    dataset: Annotated[Dataset, BeforeValidator(_dataset_of_text)] = Field(
        description="A hub id, an object with id, or an object with an S3 URI per split."
    )
    text: values.TextColumns | None = Field(
        default=None,
        description="The column of the texts, or of pairs of texts the two; null: found by the "
        "usual names.",
    )
    label: values.LabelColumns | None = Field(
        default=None,
        description="The column of the labels, or a list of columns of 0 and 1, one for each "
        "label; null: found by the usual names.",
    )
    models: Annotated[
        list[Annotated[Model, BeforeValidator(_model_of_text)]],
        Field(min_length=1, max_length=rules.MAX_MODELS),
    ] = Field(description="The models to compare.")
    baselines: values.Flag = Field(
        default=True,
        description="Whether two baselines compete: majority, which knows the labels alone, and "
        "tfidf, a linear model on words and characters.",
    )
    hyperparameters: Hyperparameters = Field(
        default_factory=Hyperparameters, description="How every model is trained."
    )
    compute: Compute = Field(default_factory=Compute, description="The machines.")


def parse_request(content: bytes, *, file_name: str, allow_paths: bool = False) -> Request:
    """The request in `content`; its name, if it gives none, is taken from `file_name`.

    With `allow_paths` data sets and models may be paths of this machine, which the caller then
    uploads. Raises RequestError with every problem found.
    """
    document = read_json_object(content, MAX_REQUEST_BYTES)
    # Names the schema for editors; it says nothing about the comparison.
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
    """In the order of the document's fields, those it lacks at the end; the first fifty."""
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
