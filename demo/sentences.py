"""Sentences of AWS documentation, out of the service descriptions that botocore installs.

The question put to the models is "which AWS service is this sentence about?". So whatever gives
the answer away without being understood is masked: names of services, of their guides, of the
products around them, and the identifiers of their APIs. What several services say is dropped.
"""

import gzip
import html
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import botocore

# Ways to run code on AWS: easily confused, and each described by hundreds of sentences.
# The key is the folder in botocore, the value is the label.
SERVICES = {
    "apprunner": "App Runner",
    "batch": "Batch",
    "ecs": "ECS",
    "eks": "EKS",
    "elasticbeanstalk": "Elastic Beanstalk",
    "lambda": "Lambda",
}

MIN_WORDS = 8
MAX_WORDS = 40
# Fewer plain words than this in a sentence that is mostly masks say nothing about a service.
MIN_PLAIN_WORDS = 6

NAME_MASK = "SERVICE"
IDENTIFIER_MASK = "NAME"

_GIVEAWAYS = re.compile(
    r"""\b(?:(?:Amazon|AWS|Amazon\ Web\ Services)\ )?(?:
        Elastic\ Container\ Service | Elastic\ Kubernetes\ Service | EC2\ Container\ Service
      | Elastic\ Beanstalk | Beanstalk | App\ Runner | Lambdas? | ECS | EKS | Batch
      | Fargate | Kubernetes | K8s | Kube\w* | Firecracker | Lambda@Edge | Bottlerocket
    )\b(?:'s|\ (?:Developer|User|Administrator|API)\ (?:Guide|Reference))?""",
    re.VERBOSE | re.IGNORECASE,
)
# CamelCase, snake_case, anything.with:punctuation and kebab-case-of-three: code, not language.
_IDENTIFIER = re.compile(
    r"[\w/$.:{}\[\]-]*(?:[a-z0-9][A-Z]|_|::|\w[.:/$]\w|\w-\w+-\w)[\w/$.:{}\[\]()*-]*"
)
_BLOCK_TAG = re.compile(r"</?(?:p|li|ul|ol|dl|dt|dd|h\d|br|note|important|div|table|tr)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def labelled_sentences(rows_per_service: int, seed: int) -> list[tuple[str, str]]:
    """`rows_per_service` (sentence, label) pairs of every service, shuffled by `seed`.

    No two sentences are the same when case, digits and punctuation are left aside, and none is
    said of two services. The result depends on botocore's version and the arguments alone.
    """
    found = {label: _sentences_of(service) for service, label in SERVICES.items()}
    num_services = Counter(key for sentences in found.values() for key in sentences)
    shuffle = random.Random(seed)  # noqa: S311 - a reproducible draw, not a secret
    rows: list[tuple[str, str]] = []
    for label, sentences in found.items():
        own = sorted(text for key, text in sentences.items() if num_services[key] == 1)
        if len(own) < rows_per_service:
            raise ValueError(f"botocore has only {len(own)} sentences about {label}.")
        rows += [(text, label) for text in shuffle.sample(own, rows_per_service)]
    shuffle.shuffle(rows)
    return rows


def mask_giveaways(sentence: str) -> str:
    """The sentence without the names and identifiers that would tell the service by themselves."""
    masked = _IDENTIFIER.sub(IDENTIFIER_MASK, _GIVEAWAYS.sub(NAME_MASK, sentence))
    return re.sub(r"\s+", " ", masked).strip()


def _sentences_of(service: str) -> dict[str, str]:
    """The service's masked sentences by what makes them the same (see `_key`)."""
    sentences: dict[str, str] = {}
    for documentation in _documentation_strings(_service_description(service)):
        for sentence in _split(documentation):
            if not MIN_WORDS <= len(sentence.split()) <= MAX_WORDS:
                continue
            masked = mask_giveaways(sentence)
            if _num_plain_words(masked) >= MIN_PLAIN_WORDS:
                sentences.setdefault(_key(masked), masked)
    return sentences


def _service_description(service: str) -> object:
    """botocore's description of the service's newest API version."""
    versions = sorted((Path(botocore.__file__).parent / "data" / service).iterdir())
    packed = versions[-1] / "service-2.json.gz"
    if packed.exists():
        return json.loads(gzip.decompress(packed.read_bytes()))
    return json.loads((versions[-1] / "service-2.json").read_bytes())


def _documentation_strings(description: object) -> Iterator[str]:
    if isinstance(description, dict):
        for key, value in description.items():
            if key == "documentation" and isinstance(value, str):
                yield value
            else:
                yield from _documentation_strings(value)
    elif isinstance(description, list):
        for value in description:
            yield from _documentation_strings(value)


def _split(documentation: str) -> Iterator[str]:
    """Plain sentences: markup removed, one per full stop, list items and paragraphs apart."""
    text = html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", documentation)))
    for line in text.split("\n"):
        yield from _SENTENCE_END.split(re.sub(r"\s+", " ", line).strip())


def _num_plain_words(sentence: str) -> int:
    words = re.findall(r"[A-Za-z]{2,}", sentence)
    return sum(word not in (NAME_MASK, IDENTIFIER_MASK) for word in words)


def _key(sentence: str) -> str:
    return " ".join(re.findall(r"[a-z]+", sentence.lower()))
