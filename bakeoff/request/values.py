"""The types of a request's values, with their validation."""

import codecs
import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Strict,
    Tag,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from bakeoff import names
from bakeoff.hosted_models import is_hosted, is_hosted_id
from bakeoff.metrics import METRIC_NAMES
from bakeoff.quoting import shown
from bakeoff.request.nearest import question

# The type of our own validation errors, which carry problem and remedy; see `problems`.
REFUSED = "refused"

# Tags that pydantic adds to the location of an error in one column or a list of columns.
ONE_COLUMN, SEVERAL_COLUMNS = "<one column>", "<several columns>"
# Likewise in a list of models or an object.
LISTED_MODELS, POOLED_MODELS = "<listed models>", "<pooled models>"
# Likewise for a number in whose place "auto" or a list may stand.
A_NUMBER, AUTOMATIC, A_LIST = "<a number>", "<auto>", "<a list>"
FORMS = (
    ONE_COLUMN,
    SEVERAL_COLUMNS,
    LISTED_MODELS,
    POOLED_MODELS,
    A_NUMBER,
    AUTOMATIC,
    A_LIST,
)
MAX_LABEL_COLUMNS = 1000
MAX_LABEL_CHARACTERS = 256
MAX_DESCRIPTION_CHARACTERS = 500
MAX_SLICE_COLUMNS = 10

MAX_REQUESTED_AS_CHARACTERS = 256

MAX_SEED = 2**32 - 1
MAX_SEEDS = 50
FIRST_SEED = 42
"""The first seed if the request gives only the number of seeds."""

_HUB_ID = re.compile(r"(?:[A-Za-z0-9_][\w.-]{0,95}/)?[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
_HUB_ID_MAX_LENGTH = 96
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")
_CONFIG = re.compile(r"[^<>:/\\|?*\"]{1,96}")
_SPLIT = re.compile(r"\w+(?:[.-]\w+)*", re.ASCII)
_S3_URI = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+)")
_S3_KEY_MAX_BYTES = 1024
_WEB_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.*", re.DOTALL)
_ON_THE_HUB = re.compile(
    r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)|hf:/)/(?:datasets/|models/)?"
    r"((?:[\w.-]+/)?[\w.-]+)/?(?:[?#].*)?",
    re.ASCII,
)
# Codecs of Python for texts that are no encodings of files.
_CODECS_OF_NO_FILE = {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "unicode-escape"}
_INSTANCE_TYPE = re.compile(r"ml\.([a-z][a-z0-9-]*)\.[a-z0-9-]+")

_FAMILIES_WITHOUT_SUPPORT = {
    "p2": "a GPU (Kepler)",
    "p3": "a GPU (Volta)",
    "p3dn": "a GPU (Volta)",
    "trn1": "no NVIDIA GPU but Trainium",
    "trn1n": "no NVIDIA GPU but Trainium",
    "trn2": "no NVIDIA GPU but Trainium",
}


def refused(problem: str, remedy: str) -> PydanticCustomError:
    """A validation error with a problem and a remedy, which may contain any characters."""
    return PydanticCustomError(REFUSED, "{problem}", {"problem": problem, "remedy": remedy})


def is_s3_uri(text: str) -> bool:
    return text.startswith("s3://")


def is_path(text: str) -> bool:
    """Whether `text` is a local path rather than a hub id."""
    return text.startswith(("./", "../", "/", ".\\", "~")) or text in (".", "..")


def _check_name(name: str) -> str:
    if not names.is_valid_name(name):
        raise refused(
            f"{shown(name)} is not a valid name for results.",
            f"Use up to {names.MAX_NAME_LENGTH} letters (A to Z) and digits, with single hyphens, "
            "dots or underscores between them.",
        )
    return name


def _check_one_line(text: str) -> str:
    if not text.strip() or not all(character.isprintable() for character in text):
        raise refused(
            f"{shown(text)} is empty or contains control characters.",
            "Write it as in the data set.",
        )
    return text


def _check_described_labels(descriptions: dict[str, str]) -> dict[str, str]:
    for label in descriptions:
        _check_one_line(label)
        if len(label) > MAX_LABEL_CHARACTERS:
            raise refused(
                f"The label {shown(label)} has {len(label):,} characters.",
                f"Give labels of at most {MAX_LABEL_CHARACTERS} characters.",
            )
    return descriptions


def _check_description(text: str) -> str:
    if not text.strip() or not all(character.isprintable() for character in text):
        raise refused(
            f"{shown(text)} is empty or contains control characters.",
            "Say on one line what a text with this label is about.",
        )
    return text


def _check_requested_as(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise refused(
            f"{shown(text)} is empty or contains control characters.",
            "Give the model's path or another visible text on one line, or leave it out.",
        )
    return text


def refuse_web_address(text: str) -> None:
    """Raises the problem of an address that nothing reads; S3 URIs are no such addresses."""
    if is_s3_uri(text) or not _WEB_ADDRESS.fullmatch(text):
        return
    hub = _ON_THE_HUB.fullmatch(text)
    raise refused(
        f"{shown(text)} is a web address, from which nothing is read.",
        f'Write the id on the hub, "{hub[1]}".'
        if hub
        else "Download the files, and give their path (with `python -m bakeoff run`) or their S3 "
        "URI, or give an id on the Hugging Face hub.",
    )


def _check_encoding(text: str) -> str:
    try:
        # Fails for codecs that turn bytes into bytes.
        "a".encode(text)
        is_text = codecs.lookup(text).name.replace("_", "-") not in _CODECS_OF_NO_FILE
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        raise refused(
            f"{shown(text)} is not an encoding.",
            "Give one that Python knows, such as utf-8, utf-16, cp1252, latin-1, shift_jis or "
            "gb18030.",
        )
    return text


def check_hub_id(text: str) -> str:
    if is_hub_id(text):
        return text
    refuse_web_address(text)
    raise refused(
        f"{shown(text)} is not a valid id on the Hugging Face hub.",
        'Write it as on the hub, "namespace/name" or "name".',
    )


def is_hub_id(text: str) -> bool:
    """Whether the hub may have a repository with this id."""
    parts = text.split("/")
    return (
        _HUB_ID.fullmatch(text) is not None
        and len(text) <= _HUB_ID_MAX_LENGTH
        and not any(mark in text for mark in ("--", ".."))
        and not any(part.endswith((".", "-", ".git")) for part in parts)
    )


def check_s3_uri(text: str) -> str:
    match = _S3_URI.fullmatch(text)
    if match is None or not _is_plain_key(match[2]):
        raise refused(
            f"{shown(text)} is not the S3 URI of an object or a prefix.",
            "Write s3://bucket/key, or s3://bucket/prefix/ for all objects under it.",
        )
    return text


def _is_plain_key(key: str) -> bool:
    return (
        key.isprintable()
        and len(key.encode()) <= _S3_KEY_MAX_BYTES
        and not any(part in (".", "..") for part in key.split("/"))
    )


def check_path_allowed(text: str, info: ValidationInfo) -> str:
    """Paths are allowed only if the caller uploads the files."""
    if info.context is None or not info.context.get("allow_paths"):
        raise refused(
            f"{shown(text)} is a path on your machine, which the service cannot read.",
            "Send the request with `python -m bakeoff run`, which uploads the files, or upload "
            "them yourself and give their S3 URI.",
        )
    return _check_one_line(text)


def _check_model_id(text: str, info: ValidationInfo) -> str:
    if is_s3_uri(text):
        return check_s3_uri(text)
    if is_path(text):
        return check_path_allowed(text, info)
    if is_hosted(text):
        return _check_hosted_id(text)
    return check_hub_id(text)


def _check_hosted_id(text: str) -> str:
    if not is_hosted_id(text):
        raise refused(
            f"{shown(text)} names no model of Amazon Bedrock.",
            "Write bedrock/ and its id there, of a foundation model or an inference profile, such "
            "as bedrock/amazon.nova-lite-v1:0.",
        )
    return text


def _check_revision(text: str) -> str:
    if _REVISION.fullmatch(text) is None or ".." in text:
        raise refused(f"{shown(text)} is not a valid revision.", "Give a branch, tag or commit.")
    return text


def _check_config(text: str) -> str:
    if _CONFIG.fullmatch(text) is None or not text.isprintable():
        raise refused(
            f"{shown(text)} is not the name of a data set's configuration.",
            "Give one that is listed on the data set's page on the hub, or leave it out.",
        )
    return text


def check_split_name(text: str) -> str:
    if _SPLIT.fullmatch(text) is None:
        raise refused(
            f"{shown(text)} is not the name of a split.",
            "Give the name alone, such as train; for fewer rows use max_train_rows.",
        )
    return text


def _check_instance_type(text: str) -> str:
    match = _INSTANCE_TYPE.fullmatch(text)
    if match is None:
        raise refused(f"{shown(text)} is no SageMaker instance type.", "Write it as ml.g5.xlarge.")
    family = match[1]
    if family in _FAMILIES_WITHOUT_SUPPORT:
        raise refused(
            f"{text} has {_FAMILIES_WITHOUT_SUPPORT[family]}, which the training image's "
            "CUDA 13 does not support.",
            "Use a g5 or g6 instance, such as ml.g5.xlarge.",
        )
    return text


def _check_metric(text: str) -> str:
    if text not in METRIC_NAMES:
        meant = question(text, METRIC_NAMES)
        remedy = f"{meant}Give one of {', '.join(METRIC_NAMES)}."
        raise refused(f"{shown(text)} is not a metric.", remedy)
    return text


def _columns_form(value: object) -> str:
    return SEVERAL_COLUMNS if isinstance(value, list) else ONE_COLUMN


def _label_as_text(value: object) -> object:
    # Labels are compared as text, but 0 and 1 are usually written as numbers.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def seeds_of_number(value: Any) -> Any:
    """A whole number n becomes n seeds, 42, 43 and so on; any other value is unchanged."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if not 1 <= value <= MAX_SEEDS:
        raise refused(
            f"{shown(value)} seeds are not allowed.",
            f"Give a number from 1 to {MAX_SEEDS}, or a list of seeds, such as [{FIRST_SEED}].",
        )
    return list(range(FIRST_SEED, FIRST_SEED + value))


Text = Annotated[str, Strict()]
Name = Annotated[
    Text,
    AfterValidator(_check_name),
    Field(json_schema_extra={"pattern": names.NAME_PATTERN, "maxLength": names.MAX_NAME_LENGTH}),
]
ColumnName = Annotated[Text, Field(max_length=256), AfterValidator(_check_one_line)]
_OneColumn = Annotated[ColumnName, Tag(ONE_COLUMN)]
TextColumns = Annotated[
    _OneColumn
    | Annotated[list[ColumnName], Field(min_length=1, max_length=2), Tag(SEVERAL_COLUMNS)],
    Discriminator(_columns_form),
]
LabelColumns = Annotated[
    _OneColumn
    | Annotated[
        list[ColumnName], Field(min_length=1, max_length=MAX_LABEL_COLUMNS), Tag(SEVERAL_COLUMNS)
    ],
    Discriminator(_columns_form),
]
SliceColumns = Annotated[list[ColumnName], Field(max_length=MAX_SLICE_COLUMNS)]
Encoding = Annotated[Text, AfterValidator(_check_encoding)]
LabelDelimiter = Annotated[Text, Field(min_length=1, max_length=8)]
RequestedAs = Annotated[
    Text, Field(max_length=MAX_REQUESTED_AS_CHARACTERS), AfterValidator(_check_requested_as)
]
Label = Annotated[
    Text,
    BeforeValidator(_label_as_text),
    Field(max_length=MAX_LABEL_CHARACTERS, json_schema_extra={"type": ["string", "integer"]}),
    AfterValidator(_check_one_line),
]
LabelNames = Annotated[list[Label], Field(min_length=2, max_length=MAX_LABEL_COLUMNS)]
LabelDescriptions = Annotated[
    dict[
        str,
        Annotated[
            Text,
            Field(max_length=MAX_DESCRIPTION_CHARACTERS),
            AfterValidator(_check_description),
        ],
    ],
    Field(min_length=1, max_length=MAX_LABEL_COLUMNS),
    AfterValidator(_check_described_labels),
]
MetricName = Annotated[
    Text, AfterValidator(_check_metric), Field(json_schema_extra={"enum": list(METRIC_NAMES)})
]
HubId = Annotated[Text, AfterValidator(check_hub_id)]
ModelId = Annotated[Text, AfterValidator(_check_model_id)]
Revision = Annotated[Text, AfterValidator(_check_revision)]
Config = Annotated[Text, AfterValidator(_check_config)]
InstanceType = Annotated[Text, AfterValidator(_check_instance_type)]
Integer = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Seed = Annotated[Integer, Field(ge=0, le=MAX_SEED)]
_SeedList = Annotated[list[Seed], Field(min_length=1, max_length=MAX_SEEDS)]
Seeds = Annotated[
    _SeedList,
    BeforeValidator(
        seeds_of_number,
        json_schema_input_type=Annotated[Integer, Field(ge=1, le=MAX_SEEDS)] | _SeedList,
    ),
]
Budget = Annotated[Number, Field(gt=0)]
Confidence = Annotated[Number, Field(ge=0.5, le=0.999)]
