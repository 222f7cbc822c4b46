"""The documents between the service and the training code, which may not import each other.

Each side has its own types. Both have to read the same example to the same values, and to object to
the same broken ones.
"""

import copy
import json
from pathlib import Path

import pytest

from bakeoff.errors import DocumentError as ServiceError
from bakeoff.export.measurement import ExportMeasurement
from bakeoff.jobs import job_config
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.screening_config import ScreeningConfig
from bakeoff.jobs.screening_scores import ScreeningScores
from bakeoff.prepared.data_card import DataCard
from bakeoff.prepared.first_look import FirstLook
from bakeoff.prepared.manifest import Manifest
from bakeoff.prepared.row_slices import RowSlices
from bakeoff.request.resolved import ResolvedRequest
from documents import data_card as train_data_card
from documents import export_measurement as train_measurement
from documents import first_look as train_first_look
from documents import manifest as train_manifest
from documents import row_slices as train_row_slices
from documents.json_documents import DocumentError as TrainError
from documents.json_documents import from_json_value, json_value
from documents.preparation_request import PreparationRequest
from job import job_metrics as train_metrics
from job.training_config import TrainingConfig
from screening import screening_config as train_screening_config
from screening import screening_scores as train_screening_scores
from tests.support.run_samples import planned, resolved_with

EXAMPLES = Path(__file__).parent / "examples"
TYPES = {
    "config.json": (job_config.JobConfig, TrainingConfig),
    "manifest.json": (Manifest, train_manifest.Manifest),
    "metrics.json": (JobMetrics, train_metrics.JobMetrics),
    "data.json": (DataCard, train_data_card.DataCard),
    "request.json": (ResolvedRequest, PreparationRequest),
    "first-look.json": (FirstLook, train_first_look.FirstLook),
    "measurement.json": (ExportMeasurement, train_measurement.ExportMeasurement),
    "slices.json": (RowSlices, train_row_slices.RowSlices),
    "screening-config.json": (ScreeningConfig, train_screening_config.ScreeningConfig),
    "screening.json": (ScreeningScores, train_screening_scores.ScreeningScores),
}
CONFIGURATIONS = ("config.json", "screening-config.json")
WRITTEN_BY_SERVICE = (*CONFIGURATIONS, "request.json")
# JSON that is not of the right type at any place.
NONSENSE = [[]]


def example(name):
    """A complete document: no member that could say more is null or empty."""
    if name == "request.json":
        dataset = {"train": "s3://films/train.csv", "test": "s3://films/test.csv"}
        resolved = resolved_with(dataset=dataset, text=["text"], baselines=True, max_train_rows=99)
        return json.loads(resolved.to_json())
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def read_by_service(name, document):
    return TYPES[name][0].from_json(json.dumps(document).encode())


def read_by_train(name, document):
    return from_json_value(TYPES[name][1], document, name)


def places(value, here=()):
    """The ways to all members of a JSON value, at any depth."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        yield (*here, name)
        if isinstance(member, dict | list):
            yield from places(member, (*here, name))


def changed(document, place, value):
    document = copy.deepcopy(document)
    parent = document
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return document


def without(document, member):
    return {name: value for name, value in document.items() if name != member}


def shared(document, known):
    """The members of the document that `known` has too, at any depth."""
    if isinstance(document, dict) and isinstance(known, dict):
        return {name: shared(document[name], known[name]) for name in known if name in document}
    if isinstance(document, list) and isinstance(known, list):
        return [shared(one, other) for one, other in zip(document, known, strict=True)]
    return document


def refuses(read, name, document):
    try:
        read(name, document)
    except (ServiceError, TrainError):
        return True
    return False


@pytest.mark.parametrize("name", TYPES)
def test_both_sides_read_the_example_to_the_same_values(name):
    document = example(name)

    by_service = json.loads(read_by_service(name, document).to_json())
    by_train = json_value(read_by_train(name, document))

    assert shared(by_service, document) == document
    # The training code need not know every member of what the service writes.
    assert shared(document, by_train) == by_train
    if name not in WRITTEN_BY_SERVICE:
        assert by_train == document


@pytest.mark.parametrize("name", TYPES)
def test_each_side_reads_what_the_other_writes(name):
    document = example(name)
    by_service, by_train = read_by_service(name, document), read_by_train(name, document)

    if name in WRITTEN_BY_SERVICE:
        assert read_by_train(name, json.loads(by_service.to_json())) == by_train
    else:
        assert read_by_service(name, json_value(by_train)) == by_service


def test_the_configuration_of_a_planned_job_is_one_that_the_script_reads():
    plan = planned(resolved_with(baselines=True))

    for config in plan.configs.values():
        read = read_by_train("config.json", json.loads(config.to_json()))
        assert (read.method, read.recipe.epochs) == (config.method, config.hyperparameters.epochs)


@pytest.mark.parametrize(
    ("name", "member"), [(name, member) for name in CONFIGURATIONS for member in example(name)]
)
def test_a_configuration_without_a_member_is_refused_by_both(name, member):
    document = without(example(name), member)

    assert refuses(read_by_service, name, document)
    assert refuses(read_by_train, name, document)


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("version", ["older", "newer", "text", "none"])
def test_a_configuration_of_another_version_is_refused_by_both(name, version):
    ours = example(name)["schema_version"]
    other = {"older": ours - 1, "newer": ours + 1, "text": str(ours), "none": None}[version]
    document = example(name) | {"schema_version": other}

    assert refuses(read_by_service, name, document)
    assert refuses(read_by_train, name, document)


@pytest.mark.parametrize("name", [*CONFIGURATIONS, "manifest.json", "slices.json"])
def test_a_member_of_the_wrong_type_is_refused_by_both(name):
    document = example(name)
    broken = {place: changed(document, place, NONSENSE) for place in places(document)}
    read_by_both = [place for place in broken if not is_for_the_service_alone(name, place)]

    accepted = {
        side: [place for place in read_by_both if not refuses(read, name, broken[place])]
        for side, read in (("service", read_by_service), ("train", read_by_train))
    }

    assert accepted == {"service": [], "train": []}


def is_for_the_service_alone(name, place):
    """Members that one side does not look at: the limit is part of the tokens, versions are for
    people."""
    if name in CONFIGURATIONS:
        return place[-2:] in (("hyperparameters", "max_length"), ("recipe", "max_length"))
    return place[0] == "library_versions" and len(place) > 1


@pytest.mark.parametrize("name", ["metrics.json", "data.json", "screening.json"])
def test_a_member_of_the_wrong_type_costs_the_service_that_member_alone(name):
    """The training code refuses the document; the service has to make the best of it."""
    document = example(name)
    for place in places(document):
        if place[0] == "chosen" and len(place) > 1:
            continue
        broken = changed(document, place, NONSENSE)

        assert refuses(read_by_train, name, broken), place

        read = read_by_service(name, broken)
        note = read.ignored if name == "data.json" else read.notes[-1]
        assert f"ignored: {'.'.join(map(str, place))}" in note
        kept = json.loads(read.to_json())
        for member in document.keys() - {place[0], "notes"}:
            assert shared(kept[member], document[member]) == document[member]


@pytest.mark.parametrize("member", [name for name in example("manifest.json")])
def test_a_manifest_may_lack_only_what_has_a_default(member):
    document = without(example("manifest.json"), member)

    is_required = member in ("schema_version", "status")
    assert refuses(read_by_service, "manifest.json", document) == is_required


@pytest.mark.parametrize("member", [name for name in json_value(example("request.json"))])
def test_fields_that_the_preparation_reads_are_never_left_out(member):
    """Whatever the script requires, the service's own type requires, and so writes."""
    document = without(example("request.json"), member)

    if refuses(read_by_train, "request.json", document):
        assert refuses(read_by_service, "request.json", document)


def test_a_request_of_another_version_is_refused_by_the_script_that_came_with_it():
    """Script and request are of one deployment. The service reads every version that has the
    members it needs, since a run may outlive the deployment that began it."""
    document = example("request.json") | {"schema_version": 1}

    assert refuses(read_by_train, "request.json", document)
    assert read_by_service("request.json", document).schema_version == 1


@pytest.mark.parametrize("name", ["manifest.json", "metrics.json", "data.json", "screening.json"])
def test_results_of_another_version_are_not_lost(name):
    document = example(name) | {"schema_version": 99}

    assert read_by_service(name, document).schema_version == 99


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("value", [[], 7, None, "text"], ids=repr)
def test_anything_but_an_object_is_refused_by_both(name, value):
    assert refuses(read_by_service, name, value)
    assert refuses(read_by_train, name, value)
