"""Labelled sentences of AWS documentation, from the service descriptions inside botocore.

The task is to find the AWS service that a sentence describes. Names of services, guides, related
products and API identifiers would give the answer away, so they are masked. Sentences that occur
in the documentation of several services are dropped.
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

# Services that run code: easy to confuse, with hundreds of sentences about each.
# Maps the folder in botocore to the label.
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
# A sentence with fewer unmasked words than this says too little about a service.
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
# Code, not language: CamelCase, snake_case, inner.punctuation and kebab-case-of-three.
_IDENTIFIER = re.compile(
    r"[\w/$.:{}\[\]-]*(?:[a-z0-9][A-Z]|_|::|\w[.:/$]\w|\w-\w+-\w)[\w/$.:{}\[\]()*-]*"
)
_BLOCK_TAG = re.compile(r"</?(?:p|li|ul|ol|dl|dt|dd|h\d|br|note|important|div|table|tr)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


def labelled_sentences(rows_per_service: int, seed: int) -> list[tuple[str, str]]:
    """Returns `rows_per_service` (sentence, label) pairs for every service, shuffled by `seed`.

    No sentence occurs twice, even if case, digits and punctuation are ignored. The result depends
    only on the arguments and on botocore's version.

    Raises:
        ValueError: botocore has too few sentences about a service.
    """
    found = {label: _sentences_of(service) for service, label in SERVICES.items()}
    num_services = Counter(key for sentences in found.values() for key in sentences)
    shuffle = random.Random(seed)  # noqa: S311 - a reproducible draw, not a secret
    rows: list[tuple[str, str]] = []
    for label, sentences in found.items():
        own = sorted(text for key, text in sentences.items() if num_services[key] == 1)
        if len(own) < rows_per_service:
            raise ValueError(
                f"rows_per_service is {rows_per_service}, but botocore has only {len(own)} "
                f"sentences about {label}: ask for fewer."
            )
        rows += [(text, label) for text in shuffle.sample(own, rows_per_service)]
    shuffle.shuffle(rows)
    return rows


def mask_giveaways(sentence: str) -> str:
    """Replaces the names and identifiers that would give the service away."""
    masked = _IDENTIFIER.sub(IDENTIFIER_MASK, _GIVEAWAYS.sub(NAME_MASK, sentence))
    return re.sub(r"\s+", " ", masked).strip()


def _sentences_of(service: str) -> dict[str, str]:
    """Returns the service's masked sentences, one for each key (see `_key`)."""
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
    """Reads botocore's description of the service's newest API version."""
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
    """Removes the markup and yields sentences; none spans two paragraphs or list items."""
    text = html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", documentation)))
    for line in text.split("\n"):
        yield from _SENTENCE_END.split(re.sub(r"\s+", " ", line).strip())


def _num_plain_words(sentence: str) -> int:
    words = re.findall(r"[A-Za-z]{2,}", sentence)
    return sum(word not in (NAME_MASK, IDENTIFIER_MASK) for word in words)


def _key(sentence: str) -> str:
    """Returns what equal sentences share: the words, without case, digits and punctuation."""
    return " ".join(re.findall(r"[a-z]+", sentence.lower()))
