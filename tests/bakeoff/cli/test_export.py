"""`export`: a model as ONNX, beside its original."""

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bakeoff import layout
from bakeoff.export.document import Export
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.run_samples import manifest_for, resolved_with
from tests.support.saved_transformer import SENTENCES, saved_transformer

RUN = "9f2d283a12040668"
ABOUT = {
    "run": RUN,
    "name": "films",
    "candidate": "bert",
    "seed": 1,
    "main_metric": "accuracy",
    "text_columns": ["text"],
    "label_columns": ["label"],
    "test": {"accuracy": 0.5},
}
# In place of a model's own code: it exports nothing, and measures made up numbers.
STAND_IN = """
import pathlib, shutil, sys
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
output = pathlib.Path(arguments["--output"])
(output / "code").mkdir(parents=True)
(output / "code" / "predict.py").write_text("")
(output / "model.onnx").write_text(" ".join(sys.argv[1:]))
if "--rows" in arguments:
    shutil.copytree(pathlib.Path(__file__).parents[1] / "canned", arguments["--measured"])
"""
# Answers rows by the code in a folder, where no torch can be found.
WITHOUT_TORCH = """
import json, sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, *others):
        return None if name.split(".")[0] == "torch" else self.finder.find_spec(name, *others)

sys.meta_path = [Without(finder) for finder in sys.meta_path]
sys.path.insert(0, "code")
from predict import load

print(json.dumps(load().answers(json.loads(sys.argv[1])).given))
"""


def bucket_with_rows(rows):
    cloud = FakeCloud()
    found = manifest_for(resolved_with())
    cloud.objects[layout.manifest_key(RUN)] = found.to_json()
    path = layout.split_rows_key(found.dataset.prefix, "test")
    content = pa.BufferOutputStream()
    pq.write_table(pa.table(rows), content)
    cloud.objects[path] = content.getvalue().to_pybytes()
    return cloud


def described(folder, **about):
    (folder / "bakeoff.json").write_text(json.dumps(ABOUT | about))
    return folder


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A model's folder, seen from the folder above it, whose code does nothing."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "films"
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "predict.py").write_text("")
    (folder / "code" / "export.py").write_text(STAND_IN)
    return described(folder)


def test_a_model_is_exported_measured_and_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    described(
        saved_transformer(
            tmp_path / "films", task="binary", labels=("bad", "good"), ships_code=True
        )
    )
    texts = [*SENTENCES] * 3
    labels = [number % 2 for number in range(len(texts))]
    cloud = bucket_with_rows({"id": range(len(texts)), "text": texts, "label": labels})

    ended = invoke(["export", "films", "--onnx", "--int8"], cloud, is_terminal=True, width=80)

    assert ended.status == 0, ended.err
    exported = tmp_path / "films-onnx-int8"
    assert {path.name for path in exported.iterdir()} == {
        "README.md",
        "bakeoff.json",
        "code",
        "config.json",
        "export.json",
        "model.json",
        "model_quantized.onnx",
        "requirements.txt",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    found = Export.from_json((exported / "export.json").read_bytes())
    assert found.measured.num_rows == len(texts)
    assert found.measured.rows == f"the test rows of run {RUN}"
    assert found.measured.quality.metric == "accuracy"
    assert "films-onnx-int8" in ended.out
    assert "rows a second" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80 + len("films-onnx-int8")
    needed = (exported / "requirements.txt").read_text()
    assert "onnxruntime==" in needed
    assert "torch==" not in needed
    about = json.loads((exported / "bakeoff.json").read_text())
    assert "test" not in about
    assert about["original"]["test"] == {"accuracy": 0.5}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, json.dumps([[text] for text in SENTENCES])],
        cwd=exported,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    given = json.loads(done.stdout)
    assert len(given) == len(SENTENCES)
    assert {*given} <= {"bad", "good"}


def test_without_rows_it_is_exported_and_said_to_be_unmeasured(stand_in):
    ended = invoke(["export", "films", "--onnx"], None, no_cloud="No AWS region is set.")

    assert ended.status == 3
    assert "Give labelled rows with --rows" in ended.err
    assert "No AWS region is set." in ended.err
    assert "was not measured" in ended.out
    assert "was not measured" in (stand_in.parent / "films-onnx" / "README.md").read_text()


def test_rows_that_have_expired_are_said(stand_in):
    ended = invoke(["export", "films", "--onnx"], FakeCloud())

    assert ended.status == 3
    assert f"The test rows of run {RUN} are no longer there." in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["films"], "Say the format: --onnx"),
        (["films", "--onnx", "--rows", "nowhere.csv"], "There is no file nowhere.csv"),
        (["films", "--onnx", "--output", "mine"], "holds something else"),
        (["../films", "--onnx"], "neither the name of results nor the folder of a model"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, words, stand_in):
    (stand_in.parent / "mine").mkdir()
    (stand_in.parent / "mine" / "thesis.txt").write_text("precious")

    ended = invoke(["export", *arguments], None, no_cloud="none")

    assert ended.status == 1
    assert words in " ".join(ended.err.split())
    assert (stand_in.parent / "mine" / "thesis.txt").is_file()


def test_a_model_of_an_earlier_version_says_what_to_do(stand_in):
    (stand_in / "code" / "export.py").unlink()

    ended = invoke(["export", "films", "--onnx"], None, no_cloud="none")

    assert ended.status == 1
    assert "Run its request again" in ended.err


def test_a_model_that_cannot_be_exported_leaves_nothing(stand_in):
    (stand_in / "code" / "export.py").write_text("raise SystemExit(1)")

    ended = invoke(["export", "films", "--onnx"], None, no_cloud="none")

    assert ended.status == 1
    assert "was not exported" in ended.err
    assert [path.name for path in stand_in.parent.iterdir()] == ["films"]
