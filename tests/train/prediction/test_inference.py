"""The code of endpoints under SageMaker's own serving toolkit, with really trained models."""

import http.client
import json
import os
import select
import subprocess
import sys

import pytest

pytest.importorskip("sagemaker_inference")

from sagemaker_inference.transformer import Transformer

from local.sagemaker.hosting import model_server
from local.sagemaker.hosting.model_server import Context
from prediction import endpoint_messages
from prediction.saved_folder import load_saved_model
from tests.support.tiny_job import prepared_job

# What AWS's image for inference does not have, although this machine does.
NOT_IN_THE_IMAGE = ("pyarrow", "pandas", "datasets")
TEXTS = ["a superb film", "a dull film", "the plot </s> is dull " * 40]
START_SECONDS = 60


def trained(folder, **options):
    job = prepared_job(folder, **options)
    assert job.run().status == 0, job.failure
    return job.trained_model


def job_of(name, **options):
    @pytest.fixture(scope="module", name=name)
    def trained_model(tmp_path_factory):
        return trained(tmp_path_factory.mktemp(name), **options)

    return trained_model


words = job_of("words", method="tfidf")
several = job_of("several", method="tfidf", labels=("bad", "good", "mixed"), task="multilabel")
pairs = job_of("pairs", method="tfidf", is_pair=True)
numbers = job_of("numbers", method="tfidf", task="regression")
encoder = job_of("encoder", epochs=1)


class Toolkit:
    """The toolkit's way of a question to the answer."""

    def __init__(self, folder):
        self._folder = str(folder)
        self._transformer = Transformer()
        self._transformer.validate_and_initialize(self._folder, Context(self._folder, {}))

    def ask(self, question, content_type="application/json", accept=None):
        """The status, and the answer or what is said instead."""
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        given = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        context = Context(self._folder, given)
        (answer,) = self._transformer.transform([{"body": body}], context)
        if context.status == 200 and context.content_type == "application/json":
            answer = json.loads(answer)
        return context.status, answer


def test_a_list_of_texts_is_answered_in_its_order(words):
    saved = load_saved_model(words)

    status, answer = Toolkit(words).ask({"inputs": TEXTS})

    found = saved.answers([[text] for text in TEXTS])
    assert status == 200
    assert [row["label"] for row in answer] == list(found.given)
    for row, chances in zip(answer, found.probabilities, strict=True):
        assert list(row["probabilities"]) == list(saved.task.labels)
        assert list(row["probabilities"].values()) == pytest.approx(list(chances))


def test_one_text_is_a_list_of_one(words):
    toolkit = Toolkit(words)

    assert toolkit.ask({"inputs": TEXTS[0]}) == toolkit.ask({"inputs": TEXTS[:1]})
    assert toolkit.ask({"inputs": []}) == (200, [])


def test_several_labels_and_numbers_have_answers_of_their_own(several, numbers):
    _, labelled = Toolkit(several).ask({"inputs": "superb and dreadful"})
    _, measured = Toolkit(numbers).ask({"inputs": TEXTS})

    assert labelled[0]["labels"] == ["bad", "good"]
    assert set(labelled[0]["probabilities"]) == {"bad", "good", "mixed"}
    expected = load_saved_model(numbers).answers([[text] for text in TEXTS]).given
    assert [row["value"] for row in measured] == pytest.approx(expected)
    assert set(measured[0]) == {"value"}


def test_two_texts_are_one_pair_and_lists_of_two_several(pairs):
    toolkit = Toolkit(pairs)

    status, one = toolkit.ask({"inputs": ["a superb film", "a lovely plot"]})
    _, several = toolkit.ask({"inputs": [["a superb film", "a lovely plot"], ["dull", "dull"]]})

    assert (status, len(one), len(several)) == (200, 1, 2)
    assert several[0] == one[0]


def test_json_lines_are_answered_line_by_line(words):
    toolkit = Toolkit(words)
    lines = "\n".join(json.dumps({"inputs": text}) for text in TEXTS).encode()

    _, as_json = toolkit.ask(lines, "application/jsonlines")
    _, as_lines = toolkit.ask(
        lines, "application/jsonlines; charset=utf-8", "application/jsonlines"
    )

    assert as_json == toolkit.ask({"inputs": TEXTS})[1]
    assert [json.loads(line) for line in as_lines.splitlines()] == as_json


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (b"{", "is not JSON"),
        (b'{"inputs": ' + b"[" * 100_000, "is not JSON"),
        ([], '"inputs" and nothing else'),
        ({"inputs": "a", "parameters": {}}, '"inputs" and nothing else'),
        ({"inputs": 3}, "inputs must be a text, or a list"),
        ({"inputs": ["a", None]}, "inputs[1] must be a text"),
        ({"inputs": [["a", "b"]]}, "inputs[0] must be a text"),
        ({"inputs": ["a"] * 1001}, "1,001 rows; 1,000 are allowed"),
        ({"inputs": "a" * 6_000_001}, "6,000,000 are allowed"),
    ],
    # Of the questions themselves pytest would make names of megabytes.
    ids=["broken", "deep", "list", "more", "number", "null", "pair", "many", "long"],
)
def test_a_bad_question_is_refused_with_what_is_allowed(question, said, words):
    status, answer = Toolkit(words).ask(question)

    assert status == 400
    assert said in answer


@pytest.mark.parametrize(
    "inputs", ["a", ["a", "b", "c"], [["a"]], [["a", "b", "c"]], [["a", 1]], {}]
)
def test_what_is_no_pair_is_refused(inputs, pairs):
    status, answer = Toolkit(pairs).ask({"inputs": inputs})

    assert status == 400
    assert "a pair of texts, [TEXT, TEXT]" in answer


def test_other_content_types_are_refused(words):
    toolkit = Toolkit(words)

    assert toolkit.ask({"inputs": "a"}, "text/csv")[0] == 400
    assert toolkit.ask({"inputs": "a"}, accept="text/html")[0] == 400
    status, said = toolkit.ask(b'{"inputs": "a"}\n{"inputs": 1}', "application/jsonlines")
    assert (status, "Line 2 must be a text" in said) == (400, True)


def test_text_that_is_not_utf_8_is_refused():
    with pytest.raises(endpoint_messages.BadQuestionError, match="UTF-8"):
        endpoint_messages.question_of(b'{"inputs": "\xe9"}', None, is_pair=False)


def test_the_folder_alone_answers_where_the_image_lacks_libraries(encoder, tmp_path):
    """In a process of its own, on loopback: a fine-tuned model takes most of the code."""
    blocked = f"import sys\nfor name in {NOT_IN_THE_IMAGE}: sys.modules[name] = None\n"
    (tmp_path / "sitecustomize.py").write_text(blocked)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(encoder / "code"), str(tmp_path)]),
        model_server.SECRET_VARIABLE: "known",
    }
    command = [sys.executable, "-P", model_server.__file__, str(encoder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert select.select([process.stdout], [], [], START_SECONDS)[0]
            line = process.stdout.readline()
            port = int(line.removeprefix(model_server.READY))
            answers = [_asked(port, secret) for secret in ("known", "guessed")]
        finally:
            process.kill()

    assert [status for status, _ in answers] == [200, 403]
    found = load_saved_model(encoder).answers([[text] for text in TEXTS])
    rows = json.loads(answers[0][1])
    assert [row["label"] for row in rows] == list(found.given)
    for row, chances in zip(rows, found.probabilities, strict=True):
        assert list(row["probabilities"].values()) == pytest.approx(list(chances), abs=1e-6)


def _asked(port, secret):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
    headers = {"Content-Type": "application/json", model_server.SECRET_HEADER: secret}
    connection.request("POST", "/invocations", json.dumps({"inputs": TEXTS}), headers)
    answer = connection.getresponse()
    return answer.status, answer.read()
