"""Who of the hub's models is found, and why the others are dropped."""

import random
import time

import pytest
from huggingface_hub.hf_api import ModelInfo

from bakeoff.request.model_search import ModelSearch
from bakeoff.search.hub import entry_of
from bakeoff.search.search_outcome import SearchOutcome
from bakeoff.search.selection import select
from bakeoff.search.unsuitable import Limits
from tests.support.hub_models import model, two_hundred_models


def entries_of(*listed):
    return [entry_of(ModelInfo(**entry)) for entry in listed]


def limits(exclude=(), included=(), allow_remote_code=False, **query):
    return Limits(ModelSearch(**query), exclude, frozenset(included), allow_remote_code)


def dropped(entry, **wanted):
    """Why the only model listed is dropped; None if it is found."""
    outcome = select(entries_of(entry), limits(**wanted))
    assert outcome.num_listed == len(outcome.found) + len(outcome.dropped) == 1
    return (outcome.dropped[0].kind, outcome.dropped[0].reason) if outcome.dropped else None


def sized(number):
    return {"safetensors": {"parameters": {"F32": number}, "total": number}}


def files(*names):
    return {"siblings": [{"rfilename": name} for name in names]}


def config(**values):
    return {"config": {"model_type": "bert"} | values}


@pytest.mark.parametrize(
    ("changes", "wanted", "kind", "said"),
    [
        ({"sha": None}, {}, "unreadable", "commit"),
        ({"sha": "main"}, {}, "unreadable", "commit"),
        ({}, {"included": ["a/m"]}, "included", "by name"),
        ({}, {"exclude": ["a/m"]}, "excluded", "a/m"),
        ({}, {"exclude": ["A/*"]}, "excluded", "A/*"),
        ({}, {"exclude": ["*m"]}, "excluded", "*m"),
        ({"private": True}, {}, "not available", "private"),
        ({"disabled": True}, {}, "not available", "disabled"),
        ({"gated": "manual"}, {}, "gated", "terms"),
        ({}, {"licenses": ["mit"]}, "licence", "Its licence is apache-2.0"),
        ({"tags": []}, {"licenses": ["mit"]}, "licence", "no licence"),
        ({}, {"language": "fi"}, "language", "fi"),
        ({"downloads": 9}, {"min_downloads": 10}, "downloads", "9 downloads, fewer than 10"),
        ({"pipeline_tag": "image-to-text"}, {}, "not for text", "image-to-text"),
        (
            {"pipeline_tag": "feature-extraction"} | config(model_type="wav2vec2-bert"),
            {},
            "not for text",
            "wav2vec2-bert",
        ),
        ({"pipeline_tag": None, "library_name": "timm"}, {}, "not for text", "bert"),
        ({"library_name": "peft"}, {}, "adapter", "was trained for"),
        (files("adapter_config.json", "adapter_model.safetensors"), {}, "adapter", "trained for"),
        (config(quantization_config={"bits": 4}), {}, "quantised", "cannot be trained"),
        ({"tags": ["gptq"]}, {}, "quantised", "cannot be trained"),
        (files("model.gguf"), {}, "no weights", "only for llama.cpp"),
        (files("onnx/model.onnx"), {}, "no weights", "only for ONNX"),
        (files("0_Transformer/pytorch_model.bin"), {}, "no weights", "main folder"),
        ({"siblings": None, "tags": []}, {}, "no weights", "PyTorch"),
        ({"tags": ["custom_code"]}, {}, "own code", "does not allow"),
        (config(auto_map={"AutoModel": "m.M"}), {}, "own code", "does not allow"),
        ({"safetensors": None}, {"max_parameters": 9}, "size unknown", "does not know"),
        (sized(1001), {"max_parameters": 1000}, "too large", "1,001 parameters, more than 1,000"),
        (sized(999), {"min_parameters": 1000}, "too small", "999 parameters, fewer than 1,000"),
    ],
)
def test_each_reason_drops_a_model(changes, wanted, kind, said):
    found, reason = dropped(model("a/m", **changes), **wanted)
    assert (found, said in reason) == (kind, True), reason


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, {}),
        ({"gated": "auto"}, {"gated": True}),
        ({"tags": ["custom_code", "pytorch"]}, {"allow_remote_code": True}),
        ({"safetensors": None} | files("pytorch_model.bin"), {}),
        (files("model.safetensors.index.json", "model-00001-of-00002.safetensors"), {}),
        (files("adapter_config.json", "model.safetensors"), {}),
        ({"siblings": None}, {}),
        ({"pipeline_tag": None}, {}),
        (sized(1000), {"min_parameters": 1000, "max_parameters": 1000}),
        ({}, {"exclude": ["a/other", "b/*"], "licenses": ["mit", "apache-2.0"]}),
    ],
)
def test_what_meets_the_limits_is_found(changes, wanted):
    assert dropped(model("a/m", **changes), **wanted) is None


def found_of(*listed, **wanted):
    return [each.id for each in select(entries_of(*listed), limits(**wanted)).found]


@pytest.mark.parametrize(
    "relatives",
    [
        ["g/bert-base-uncased", "g/bert-base-cased", "g/bert-base-v2", "g/bert-base"],
        ["b/bge-base-en-v1.5", "b/bge-base-en", "b/bge-base-en-v2", "b/bge-base-en-v1"],
        ["a/m", "b/m", "c/M", "d/m"],
    ],
)
def test_variants_and_copies_of_one_model_are_found_twice_at_most(relatives):
    listed = [
        model(each, downloads=100 - number, **sized(1000 + number))
        for number, each in enumerate(relatives)
    ]
    assert found_of(*listed) == relatives[:2]


def test_models_of_one_owner_type_and_size_are_a_family():
    names = ["s/all-l6", "s/msmarco-l6", "s/paraphrase-l6"]
    listed = [model(each, downloads=9 - n) for n, each in enumerate(names)]
    assert found_of(*listed) == names[:2]
    assert found_of(*[each | sized(n + 1) for n, each in enumerate(listed)]) == names


def test_what_is_made_from_a_model_belongs_to_its_family_through_others():
    base = model("g/base", downloads=9, **sized(1))
    tuned = model("x/tuned", "base_model:finetune:g/base", downloads=8, **sized(2))
    again = model("y/again", "base_model:x/tuned", downloads=7, **sized(3))
    old_tag = model("z/old", "base_model:base", downloads=6, **sized(4))
    other = model("z/other", "base_model:g/unlisted", downloads=5, **sized(5))
    assert found_of(base, tuned, again, old_tag, other) == ["g/base", "x/tuned", "z/other"]
    outcome = select(entries_of(base, tuned, again, old_tag), limits())
    assert [each.kind for each in outcome.dropped] == ["family", "family"]


def test_models_that_name_each_other_as_base_come_to_an_end():
    listed = [model("a/x", "base_model:b/y"), model("b/y", "base_model:a/x"), model("c/z")]
    assert found_of(*[each | sized(n + 1) for n, each in enumerate(listed)]) == [
        "a/x",
        "b/y",
        "c/z",
    ]


def test_dropped_models_take_no_place_in_their_family():
    gated = [model(f"g/base-v{n}", downloads=9, gated="auto", **sized(n)) for n in (1, 2)]
    assert found_of(*gated, model("g/base-v3", **sized(3))) == ["g/base-v3"]


def test_the_list_is_the_same_in_whatever_order_the_hub_gives_it():
    listed = entries_of(*two_hundred_models())
    wanted = limits(limit=30, max_parameters=150_000_000)
    outcome = select(listed, wanted)
    random.Random(1).shuffle(listed)
    assert select(listed, wanted) == outcome
    assert SearchOutcome.from_json(outcome.to_json()) == outcome
    assert len({each.id for each in outcome.found}) == 30


@pytest.mark.parametrize("sort", ["downloads", "likes", "trending_score", "created_at"])
def test_the_most_come_first_and_ties_go_by_id(sort):
    values = {"likes": 5, "trendingScore": 5, "createdAt": "2025-01-01T00:00:00.000Z"}
    listed = [model("b/b", **sized(1)), model("a/a", **sized(2))]
    listed.append(model("c/c", downloads=5, **values, **sized(3)))
    assert found_of(*listed, sort=sort) == ["c/c", "a/a", "b/b"]


def test_models_after_the_last_one_found_are_not_counted():
    outcome = select(entries_of(*two_hundred_models()), limits(limit=5))
    assert len(outcome.found) == 5
    assert outcome.num_listed == 5 + len(outcome.dropped) < 20


def test_hostile_entries_are_dropped_or_cleaned():
    names = ["../../etc/passwd", "a/<img src=x>", "=cmd()/x", "a/\x1b[31m\u202e", "x" * 10_000, ""]
    outcome = select(entries_of(*[model(name) for name in names]), limits())
    assert {each.kind for each in outcome.dropped} == {"unreadable"}
    assert all(each.id.isprintable() and len(each.id) <= 80 for each in outcome.dropped)
    odd = model(
        "a/m",
        tags=["license:" + "x" * 10_000, 7, None, {"a": 1}, *["t"] * 5000],
        downloads="many",
        likes=-1,
        pipeline_tag={"a": 1},
    )
    assert dropped(odd) is None
    assert dropped(odd | {"config": []})[0] == "not for text"


def test_hostile_names_and_patterns_cost_no_time():
    name = "a/" + "a-1" * 30
    tags = [f"base_model:{'a' * 90}/{'b-1' * 30}{n}" for n in range(300)]
    listed = entries_of(*[model(f"{name}{n}", *tags) for n in range(20)])
    started = time.process_time()
    select(listed, limits(exclude=["*a*a*b"] * 200, limit=100))
    assert time.process_time() - started < 5
