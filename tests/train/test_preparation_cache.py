"""A later run prepares only what no earlier one has."""

import shutil
from collections import Counter

import pytest

from prepare import code_digest
from tests.support.bucket import BUCKET, bucket
from tests.support.preparing import SPLITS, resolved, reviews, run_prepare, write_csv
from tests.support.tiny_models import build_tiny_model

__all__ = ["bucket"]

ROWS = reviews(60)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Tiny models, by family."""
    folder = tmp_path_factory.mktemp("models")
    texts = [text for text, _ in ROWS]
    return {name: build_tiny_model(name, folder / name, texts) for name in ("bert", "roberta")}


@pytest.fixture
def train(tmp_path):
    return write_csv(tmp_path / "train.csv", ROWS)


@pytest.fixture
def prepared(tmp_path, capsys):
    """Prepares requests, one after another, with one store; `work` is what the last one did."""

    class Runs:
        store = tmp_path / "store"
        work: Counter[str]
        num_runs = 0

        def __call__(self, request, *options, **environ):
            self.num_runs += 1
            capsys.readouterr()
            base = tmp_path / f"run-{self.num_runs}"
            done = run_prepare(base, request, store=self.store, options=options, **environ)
            assert done.status == 0
            lines = [line.split() for line in capsys.readouterr().out.splitlines()]
            verbs = [words[1] for words in lines if words[:1] == ["bakeoff"]]
            self.work = Counter(verb for verb in verbs if verb in ("took", "fetched", "tokenised"))
            return done

    return Runs()


def test_a_second_request_prepares_its_additional_model_alone(prepared, models, train):
    first = prepared(resolved(train, [models["bert"]]))
    assert prepared.work == {"fetched": 1, "took": 1, "tokenised": 1}
    second = prepared(resolved(train, [models["bert"], models["roberta"]]))
    assert prepared.work == {"fetched": 1, "tokenised": 1}
    assert second.manifest["dataset"] == first.manifest["dataset"]
    assert second.model(0) == first.model(0)
    assert second.data_card["splits"] == first.data_card["splits"]
    assert second.data_card["models"].items() >= first.data_card["models"].items()
    prepared(resolved(train, [models["roberta"], models["bert"]]))
    assert prepared.work == {}


def test_another_length_needs_other_tokens_but_not_the_model_again(prepared, models, train):
    first = prepared(resolved(train, [models["bert"]]))
    shorter = prepared(resolved(train, [models["bert"]], hyperparameters={"max_length": 8}))
    assert prepared.work == {"tokenised": 1}
    assert shorter.snapshot(0) == first.snapshot(0)
    assert max(map(len, shorter.tokenised(0, "train")["input_ids"])) == 8
    # Lengths are those before anything is cut.
    card, again = (run.data_card["models"].popitem()[1] for run in (first, shorter))
    assert card["max_length"] == 64
    assert again["max_length"] == 8
    strings = [str(model["splits"]["train"]["tokens"]) for model in (card, again)]
    assert strings[0] == strings[1]


def test_other_rows_need_other_tokens_but_not_the_model_again(prepared, models, train):
    prepared(resolved(train, [models["bert"]]))
    prepared(resolved(train, [models["bert"]], max_train_rows=20))
    assert prepared.work == {"took": 1, "tokenised": 1}
    write_csv(train, [*ROWS, ("another film", "good")])
    prepared(resolved(train, [models["bert"]]))
    assert prepared.work == {"took": 1, "tokenised": 1}


def test_equal_rows_of_another_file_need_no_other_tokens(prepared, models, train, tmp_path):
    prepared(resolved(train, [models["bert"]]))
    prepared(resolved(write_csv(tmp_path / "copy.csv", ROWS), [models["bert"]]))
    assert prepared.work == {"took": 1}


def test_a_model_that_has_changed_is_another_one(prepared, models, train, tmp_path):
    model = shutil.copytree(models["bert"], tmp_path / "model")
    first = prepared(resolved(train, [model]))
    build_tiny_model("roberta", model, [text for text, _ in ROWS])
    assert prepared(resolved(train, [model])).snapshot(0) != first.snapshot(0)


def test_models_with_one_tokeniser_share_the_tokens(prepared, models, train, tmp_path):
    tuned = shutil.copytree(models["bert"], tmp_path / "tuned")
    (tuned / "generation_config.json").write_text("{}")
    both = prepared(resolved(train, [models["bert"], tuned]))
    assert prepared.work == {"fetched": 2, "took": 1, "tokenised": 1}
    assert both.snapshot(0) != both.snapshot(1)
    assert both.tokens(0) == both.tokens(1)


def test_an_expired_entry_is_prepared_again(prepared, models, train):
    request = resolved(train, [models["bert"]])
    first = prepared(request, "--max-age-days", "1")
    prepared(request, "--max-age-days", "1")
    assert prepared.work == {}
    anew = prepared(request, "--max-age-days", "0")
    assert prepared.work == {"fetched": 1, "took": 1, "tokenised": 1}
    assert anew.snapshot(0) != first.snapshot(0)
    assert first.tokenised(0, "test") == anew.tokenised(0, "test")


def test_an_incomplete_entry_is_prepared_again(prepared, models, train):
    first = prepared(resolved(train, [models["bert"]]))
    (first.snapshot(0) / "model.safetensors").unlink()
    again = prepared(resolved(train, [models["bert"]]))
    assert prepared.work == {"fetched": 1}
    assert (again.snapshot(0) / "model.safetensors").exists()


def test_a_model_with_leave_to_run_its_code_is_not_found_without(prepared, models, train):
    prepared(resolved(train, [models["bert"]]), ALLOW_REMOTE_CODE="true")
    prepared(resolved(train, [models["bert"]]))
    assert "fetched" in prepared.work


def test_failures_are_not_kept(prepared, models, train, tmp_path):
    model = shutil.copytree(models["bert"], tmp_path / "model")
    (model / "tokenizer.json").unlink()
    assert prepared(resolved(train, [model])).model(0)["status"] == "failed"
    shutil.copyfile(models["bert"] / "tokenizer.json", model / "tokenizer.json")
    assert prepared(resolved(train, [model])).model(0)["status"] == "ready"


def test_the_work_folder_is_emptied(prepared, models, train):
    done = prepared(resolved(train, [models["bert"]]))
    assert list((done.base / "cache").iterdir()) == []
    assert sorted(path.name for path in done.output.iterdir()) == ["data.json", "manifest.json"]


def test_the_store_may_be_in_s3(prepared, models, train, bucket):
    prepared.store = f"s3://{BUCKET}/cache/"
    first = prepared(resolved(train, [models["bert"]]))
    dataset, model = first.manifest["dataset"], first.model(0)
    keys = {item["Key"] for item in bucket.list_objects_v2(Bucket=BUCKET)["Contents"]}
    expected = {f"{dataset['prefix']}{split}.parquet" for split in SPLITS}
    expected |= {f"{model['tokenised_prefix']}{split}.parquet" for split in SPLITS}
    expected |= {f"{model['snapshot_prefix']}{name}" for name in ("config.json", "tokenizer.json")}
    assert expected <= keys
    assert all(key.startswith("cache/") for key in keys)
    second = prepared(resolved(train, [models["bert"]]))
    assert prepared.work == {}
    assert second.model(0) == model


@pytest.mark.parametrize("module", ["prepare.py", "snapshot/row_draws.py"])
def test_the_digest_changes_with_code_in_any_folder(tmp_path, module):
    (tmp_path / module).parent.mkdir(exist_ok=True)
    (tmp_path / module).write_text("SEED = 1\n")
    before = code_digest(tmp_path)
    (tmp_path / module).write_text("SEED = 2\n")
    assert code_digest(tmp_path) != before
