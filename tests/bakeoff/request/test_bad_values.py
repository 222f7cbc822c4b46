"""Single fields that hold what they must not."""

import pytest

from tests.support.refusals import problem_with, problems_of


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"dataset": 7}, "dataset", "object"),
        ({"dataset": None}, "dataset", "object"),
        ({"models": "bert"}, "models", "list of 1 to 1000"),
        ({"models": []}, "models", "list of 1 to 1000"),
        ({"models": [f"m{n}" for n in range(1001)]}, "models", "list of 1 to 1000"),
        ({"models": [3]}, "models[0]", "object, or its id as a text"),
        ({"models": [None]}, "models[0]", "object"),
        ({"models": [{}]}, "models[0].id", "text"),
        ({"seeds": []}, "seeds", "list of 1 to 50"),
        ({"seeds": list(range(51))}, "seeds", "list of 1 to 50"),
        ({"seeds": 0}, "seeds", "a number from 1 to 50, or a list"),
        ({"seeds": 51}, "seeds", "a number from 1 to 50, or a list"),
        ({"seeds": 3.0}, "seeds", "a number n means n"),
        ({"seeds": True}, "seeds", "a number n means n"),
        ({"seeds": "3"}, "seeds", "a number n means n"),
        ({"budget_usd": 0}, "budget_usd", "Give a number above 0."),
        ({"budget_usd": -1}, "budget_usd", "Give a number above 0."),
        ({"budget_usd": "5"}, "budget_usd", "Give a number above 0."),
        ({"budget_usd": True}, "budget_usd", "Give a number above 0."),
        ({"confidence": 95}, "confidence", "from 0.5 to 0.999"),
        ({"confidence": 0.4}, "confidence", "from 0.5 to 0.999"),
        ({"confidence": 1}, "confidence", "from 0.5 to 0.999"),
        ({"seeds": [1, "2"]}, "seeds[1]", "whole number from 0 to 4294967295"),
        ({"seeds": [True]}, "seeds[0]", "whole number"),
        ({"seeds": [-1]}, "seeds[0]", "from 0 to 4294967295"),
        ({"seeds": [2**32]}, "seeds[0]", "from 0 to 4294967295"),
        ({"split_seed": 1.5}, "split_seed", "whole number from 0 to 4294967295"),
        ({"main_metric": "auc"}, "main_metric", "one of loss, accuracy, f1,"),
        ({"main_metric": 1}, "main_metric", "one of loss, accuracy"),
        ({"target": 0.95}, "target", "object"),
        ({"target": {"precision": 1.5}}, "target.precision", "from 0.01 to 0.999"),
        ({"target": {"recall": "0.9"}}, "target.recall", "from 0.01 to 0.999"),
        ({"target": {"f1": 0.9, "recall": 0.9}}, "target.f1", "precision, recall"),
        ({"text": []}, "text", "text of at most 256 characters, or a list of 1 to 2 of them"),
        ({"text": ["a", "b", "c"]}, "text", "list of 1 to 2 of them"),
        ({"text": ["a", ""]}, "text[1]", "as in the data set"),
        ({"text": ["a", 1]}, "text[1]", "text of at most 256 characters."),
        ({"label": []}, "label", "list of 1 to 1000 of them"),
        ({"label": ["a", "x" * 257]}, "label[1]", "at most 256 characters"),
        ({"slices": "country"}, "slices", "list of 0 to 10"),
        ({"slices": None}, "slices", "list of 0 to 10"),
        ({"slices": [f"c{n}" for n in range(11)]}, "slices", "list of 0 to 10"),
        ({"slices": ["country", 1]}, "slices[1]", "text of at most 256 characters"),
        ({"slices": [""]}, "slices[0]", "as in the data set"),
        ({"label_delimiter": ""}, "label_delimiter", "text of at most 8 characters"),
        ({"label_delimiter": "," * 9}, "label_delimiter", "text of at most 8 characters"),
        ({"task": "ranking"}, "task", "one of binary, multiclass, multilabel, regression"),
        ({"task": ["binary"]}, "task", "one of binary"),
        ({"drop_leaked": 1}, "drop_leaked", "true or false"),
        ({"baselines": "no"}, "baselines", "true or false"),
        ({"baselines": None}, "baselines", "true or false"),
        *(
            ({"models": [{"id": "m", "requested_as": text}]}, "models[0].requested_as", remedy)
            for text, remedy in [
                (1, "text of at most 256 characters"),
                ("x" * 257, "text of at most 256 characters"),
                (" ", "visible text"),
                ("a\nb", "visible text"),
                ("\x1b[31m", "visible text"),
                ("\u202eevil", "visible text"),
            ]
        ),
        (
            {"models": [{"id": "m", "method": "prefix"}]},
            "models[0].method",
            "full, frozen, lora, prompt, static, zeroshot",
        ),
        (
            {"models": [{"id": "m", "method": None}]},
            "models[0].method",
            "full, frozen, lora, prompt, static, zeroshot",
        ),
        ({"hyperparameters": {"schedule": "step"}}, "hyperparameters.schedule", "linear, cosine"),
        ({"hyperparameters": {"batching": None}}, "hyperparameters.batching", "length, random"),
        ({"hyperparameters": {"class_weights": 1}}, "hyperparameters.class_weights", "balanced"),
        (
            {"hyperparameters": {"label_smoothing": 1}},
            "hyperparameters.label_smoothing",
            "from 0 and below 1",
        ),
        (
            {"hyperparameters": {"early_stopping_patience": 0}},
            "hyperparameters.early_stopping_patience",
            "from 1 to 100",
        ),
        ({"hyperparameters": {"lora_rank": 0}}, "hyperparameters.lora_rank", "from 1 to 1024"),
        ({"text": 5}, "text", "text of at most 256 characters"),
        ({"text": "x" * 257}, "text", "at most 256 characters"),
        ({"text": ""}, "text", "as in the data set"),
        ({"label": "a\nb"}, "label", "as in the data set"),
        ({"positive_label": True}, "positive_label", "text"),
        ({"max_train_rows": 0}, "max_train_rows", "from 2 to"),
        ({"max_test_rows": "all"}, "max_test_rows", "whole number from 2 to"),
        ({"validation_fraction": 0.9}, "validation_fraction", "from 0.001 to 0.5"),
        ({"test_fraction": 0}, "test_fraction", "from 0.001 to 0.5"),
        ({"hyperparameters": []}, "hyperparameters", "object"),
        ({"hyperparameters": {"epochs": 0}}, "hyperparameters.epochs", "from 1 to 100"),
        ({"hyperparameters": {"epochs": 2.5}}, "hyperparameters.epochs", "whole number"),
        ({"hyperparameters": {"epochs": "2"}}, "hyperparameters.epochs", "whole number"),
        ({"hyperparameters": {"epochs": None}}, "hyperparameters.epochs", "whole number"),
        (
            {"hyperparameters": {"epochs": "many"}},
            "hyperparameters.epochs",
            "Give a whole number from 1 to 100, or auto.",
        ),
        (
            {"hyperparameters": {"train_batch_size": 0}},
            "hyperparameters.train_batch_size",
            "Give a whole number from 1 to 1024, or auto.",
        ),
        (
            {"hyperparameters": {"early_stopping_patience": "none"}},
            "hyperparameters.early_stopping_patience",
            "Give a whole number from 1 to 100, or auto.",
        ),
        ({"tune": 3}, "tune", "Give an object with learning_rate."),
        ({"tune": {"learning_rate": 0}}, "tune.learning_rate", "a whole number from 1 to 8, or a"),
        ({"tune": {"learning_rate": 9}}, "tune.learning_rate", "or a list of 1 to 8. The learning"),
        ({"tune": {"learning_rate": True}}, "tune.learning_rate", "a whole number from 1 to 8"),
        ({"tune": {"learning_rate": "3"}}, "tune.learning_rate", "a whole number from 1 to 8"),
        ({"tune": {"learning_rate": None}}, "tune.learning_rate", "a whole number from 1 to 8"),
        ({"tune": {"learning_rate": []}}, "tune.learning_rate", "a list of 1 to 8"),
        (
            {"tune": {"learning_rate": [n / 100 for n in range(1, 10)]}},
            "tune.learning_rate",
            "a list of 1 to 8",
        ),
        ({"tune": {"learning_rate": [1e-5, 0]}}, "tune.learning_rate[1]", "above 0 and up to 1"),
        ({"tune": {"learning_rate": [1e-5, 0.00001]}}, "tune.learning_rate", "each rate once"),
        ({"tune": {"epochs": 3}}, "tune.epochs", "Put it at hyperparameters.epochs."),
        ({"hyperparameters": {"learning_rate": 0}}, "hyperparameters.learning_rate", "above 0"),
        ({"hyperparameters": {"learning_rate": True}}, "hyperparameters.learning_rate", "number"),
        ({"hyperparameters": {"warmup_ratio": 2}}, "hyperparameters.warmup_ratio", "from 0 to 1"),
        ({"hyperparameters": {"max_length": 7}}, "hyperparameters.max_length", "from 8 to 32768"),
        ({"compute": {"max_runtime_seconds": 1}}, "compute.max_runtime_seconds", "from 60 to"),
        ({"compute": {"max_parallel_jobs": 0}}, "compute.max_parallel_jobs", "from 1 to 1000"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(changes, field, remedy):
    problem = problem_with(**changes)
    assert problem.field == field
    assert remedy in problem.remedy


def test_a_problem_reports_what_is_missing_wrong_too_long_or_too_many():
    assert problems_of({"dataset": "a/b"})[0].problem == "The request lacks models."
    assert problem_with(max_train_rows="all").problem == '"all" is not allowed here.'
    assert problem_with(label="x" * 257).problem.endswith('xxx" is too long.')
    assert problem_with(positive_label="x" * 257).problem.endswith('xxx" is too long.')
    assert problem_with(positive_label=10**300).problem.endswith(" is too long.")
    assert problem_with(seeds=[]).problem == "seeds has no entries."
    assert problem_with(seeds=list(range(51))).problem == "seeds has 51 entries."


@pytest.mark.parametrize(
    "name",
    [
        "a/b",
        "..",
        "../x",
        "-x",
        "x-",
        "a--b",
        "x" * 65,
        "x" * 300,
        "ä",
        "a b",
        "",
        ".x",
        "a\n",
        "x%",
    ],
)
def test_a_name_that_cannot_be_part_of_a_key_is_refused(name):
    assert problem_with(name=name).field == "name"


@pytest.mark.parametrize(
    "model",
    [
        "",
        "a/b/c",
        "a..b",
        "a--b",
        "-a",
        "a/",
        "/",
        "a b",
        "a\nb",
        "modèle",
        "https://huggingface.co/bert",
        "m.git",
        "x" * 97,
        "x" * 50 + "/" + "y" * 50,
        "./model",
        "../../etc/passwd",
        "~/model",
        "s3://bucket",
        "s3://bucket/",
        "s3://Bucket/x",
        "s3:///x",
        "s3://bucket/../other/x",
        "s3://bucket/a/./x",
        "s3://bucket/a\nb",
        "s3://bucket/a\x00",
        "s3://bucket/" + "x" * 1025,
        "s3://bucket/\ud800",
    ],
)
def test_a_model_that_is_neither_a_hub_id_nor_an_s3_uri_is_refused(model):
    assert problem_with(models=[model]).field == "models[0].id"


@pytest.mark.parametrize("revision", ["", "-x", "a b", "../x", "a..b", "x" * 129, 1, "a\n"])
def test_a_hostile_revision_is_refused(revision):
    problem = problem_with(models=[{"id": "m", "revision": revision}])
    assert problem.field == "models[0].revision"


@pytest.mark.parametrize(
    ("dataset", "field"),
    [
        ({}, "dataset"),
        ({"test": "s3://bucket/t.csv"}, "dataset.train"),
        ({"train": "s3://bucket/t.csv", "config": "x"}, "dataset.config"),
        ({"train": "s3://bucket/t.csv", "revision": "main"}, "dataset.revision"),
        ({"train": "rows.csv"}, "dataset.train"),
        ({"id": "a/b", "train": "s3://bucket/x"}, "dataset.train"),
        ({"id": "a/b", "train": "train[:10%]"}, "dataset.train"),
        ({"id": "a/b", "config": "a/b"}, "dataset.config"),
        ({"id": "a/b", "config": "x\n"}, "dataset.config"),
        ({"id": "a/b", "train": "x", "test": "x"}, "dataset.test"),
        ({"train": "s3://bucket/x", "validation": "s3://bucket/x"}, "dataset.validation"),
        ({"id": "s3://bucket/x"}, "dataset.id"),
        ({"id": "../x"}, "dataset.id"),
        ("a/b/c", "dataset.id"),
        ("./rows.csv", "dataset.train"),
        ("s3://bucket/../x", "dataset.train"),
    ],
)
def test_a_dataset_without_enough_information_to_find_it_is_refused(dataset, field):
    assert problem_with(dataset=dataset).field == field


@pytest.mark.parametrize("place", ["training_instance_type", "processing_instance_type"])
@pytest.mark.parametrize("kind", ["ml.p2.xlarge", "ml.p3.2xlarge", "ml.p3dn.24xlarge"])
def test_instances_that_the_image_cannot_use_are_refused_with_those_it_can(place, kind):
    problem = problem_with(compute={place: kind})
    assert problem.field == f"compute.{place}"
    assert "g5" in problem.remedy and "g6" in problem.remedy


@pytest.mark.parametrize("kind", ["g5.xlarge", "ml.g5", "ml.g5.xlarge; rm", "", "ML.G5.XLARGE"])
def test_an_invalid_instance_type_is_refused(kind):
    assert problem_with(compute={"training_instance_type": kind}).field.startswith("compute.")
    fallbacks = ["ml.g6.xlarge", kind]
    found = problem_with(compute={"fallback_instance_types": fallbacks})
    assert found.field == "compute.fallback_instance_types[1]"


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("https://huggingface.co/datasets/stanfordnlp/imdb", 'id on the hub, "stanfordnlp/imdb"'),
        ("https://hf.co/datasets/imdb/?x=1", 'id on the hub, "imdb"'),
        ("hf://datasets/stanfordnlp/imdb", 'id on the hub, "stanfordnlp/imdb"'),
        ("http://example.com/rows.csv", "Download the files"),
        ("gs://bucket/rows.csv", "Download the files"),
    ],
)
def test_a_web_address_is_called_one(address, remedy):
    for changes in ({"dataset": address}, {"dataset": {"train": address}}, {"models": [address]}):
        problem = problem_with(**changes)
        assert "is a web address, from which nothing is read" in problem.problem
        assert remedy in problem.remedy


@pytest.mark.parametrize("encoding", ["", "utf-9", "base64", "idna", "unicode_escape", "a\0", 8])
def test_an_encoding_that_no_file_has_is_refused(encoding):
    problem = problem_with(dataset={"train": "s3://bucket/t.csv", "encoding": encoding})
    assert problem.field == "dataset.encoding"


@pytest.mark.parametrize("fields", [{"encoding": "cp1252"}, {"quotes": False}])
def test_how_files_are_read_cannot_be_said_of_a_data_set_of_the_hub(fields):
    problem = problem_with(dataset={"id": "a/b", **fields})
    assert problem.field == f"dataset.{next(iter(fields))}"
    assert "applies only to files" in problem.problem


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label_names": ["a"]}, "label_names"),
        ({"label_names": "a"}, "label_names"),
        ({"label_names": ["a", ""]}, "label_names[1]"),
        ({"label_names": ["a", "b", "a"]}, "label_names[2]"),
        ({"label_names": ["a", "b"], "label": ["c", "d"]}, "label_names"),
    ],
)
def test_names_of_labels_that_cannot_be_told_apart_are_refused(changes, field):
    assert problem_with(**changes, positive_label=None).field == field
