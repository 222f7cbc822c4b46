import re
from collections import Counter

import pytest

from demo.sentences import IDENTIFIER_MASK, NAME_MASK, SERVICES, labelled_sentences, mask_giveaways


@pytest.fixture(scope="module")
def rows():
    return labelled_sentences(rows_per_service=350, seed=7)


def test_every_service_has_the_same_number_of_sentences(rows):
    assert Counter(label for _, label in rows) == dict.fromkeys(SERVICES.values(), 350)


def test_no_sentence_names_a_service(rows):
    names = r"lambda|beanstalk|app ?runner|\b(ecs|eks|fargate|batch)\b|kube"

    assert [text for text, _ in rows if re.search(names, text, re.IGNORECASE)] == []


def test_no_sentence_occurs_twice(rows):
    words = [" ".join(re.findall(r"[a-z]+", text.lower())) for text, _ in rows]

    assert len(set(words)) == len(words)


def test_the_same_seed_gives_the_same_rows(rows):
    assert labelled_sentences(350, seed=7) == rows
    assert labelled_sentences(350, seed=8) != rows


def test_asking_for_more_sentences_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="rows_per_service is 1000000, but botocore has only"):
        labelled_sentences(1_000_000, seed=7)


@pytest.mark.parametrize(
    ("sentence", "masked"),
    [
        ("Amazon ECS runs tasks.", f"{NAME_MASK} runs tasks."),
        ("See the AWS Lambda Developer Guide.", f"See the {NAME_MASK}."),
        ("Calls DescribeJobQueues first.", f"Calls {IDENTIFIER_MASK} first."),
        ("Set max_count to 3.", f"Set {IDENTIFIER_MASK} to 3."),
        ("Runs arn:aws:batch:x on it.", f"Runs {IDENTIFIER_MASK} on it."),
        ("A plain sentence stays.", "A plain sentence stays."),
    ],
)
def test_names_that_give_the_service_away_are_masked(sentence, masked):
    assert mask_giveaways(sentence) == masked
