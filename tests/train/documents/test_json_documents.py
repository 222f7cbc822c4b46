import json
from dataclasses import dataclass, field

import pytest

from documents.json_documents import NAME, OPTIONAL, DocumentError, read_document, write_document


@dataclass(frozen=True)
class Wheel:
    inches: float
    spokes: int | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True, kw_only=True)
class Bicycle:
    schema_version: int = 3
    maker: str
    colour: str | None
    is_sold: bool = False
    wheels: list[Wheel] = field(metadata={NAME: "rims"})
    gears: dict[str, int] = field(default_factory=dict)


BICYCLE = Bicycle(maker="Ö", colour=None, wheels=[Wheel(26.5, 32), Wheel(28.0)], gears={"back": 7})
DOCUMENT = {
    "schema_version": 3,
    "maker": "Ö",
    "colour": None,
    "is_sold": False,
    "rims": [{"inches": 26.5, "spokes": 32}, {"inches": 28.0}],
    "gears": {"back": 7},
}


@pytest.fixture
def read(tmp_path):
    def read(document):
        path = tmp_path / "bicycle.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return read_document(Bicycle, path)

    return read


def test_a_document_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "shop" / "bicycle.json"

    write_document(path, BICYCLE)

    assert json.loads(path.read_text(encoding="utf-8")) == DOCUMENT
    assert read_document(Bicycle, path) == BICYCLE


def test_members_that_are_missing_take_their_default(read):
    short = {"schema_version": 3, "maker": "Ö", "colour": "red", "rims": []}

    assert read(short) == Bicycle(maker="Ö", colour="red", wheels=[])


def test_unknown_members_are_ignored(read):
    assert read(DOCUMENT | {"bell": True}) == BICYCLE


def test_a_whole_number_is_a_float_too(read):
    (wheel,) = read(DOCUMENT | {"rims": [{"inches": 28}]}).wheels

    assert repr(wheel.inches) == "28.0"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"maker": None}, "maker is null, expected a text"),
        ({"maker": 7}, "maker is 7, expected a text"),
        ({"is_sold": 1}, "is_sold is 1, expected true or false"),
        ({"gears": []}, "gears is [], expected an object"),
        ({"gears": {"back": 1.5}}, "gears.back is 1.5, expected a whole number"),
        ({"gears": {"back": True}}, "gears.back is true, expected a whole number"),
        ({"rims": {}}, "rims is {}, expected a list"),
        ({"rims": [5]}, "rims[0] is 5, expected an object"),
        ({"rims": [{"inches": 1}, {"inches": "x"}]}, 'rims[1].inches is "x", expected a number'),
        ({"rims": [{}]}, "rims[0].inches is missing"),
    ],
)
def test_a_member_of_the_wrong_type_is_refused_by_its_place(read, change, problem):
    with pytest.raises(DocumentError) as refusal:
        read(DOCUMENT | change)

    assert str(refusal.value) == f"bicycle.json is not as expected: {problem}"


def test_all_problems_are_named_at_once(read):
    with pytest.raises(DocumentError) as refusal:
        read({"schema_version": 3, "rims": [{}], "gears": {"back": "seven"}})

    assert str(refusal.value) == (
        "bicycle.json is not as expected: maker is missing; colour is missing; "
        'rims[0].inches is missing; gears.back is "seven", expected a whole number'
    )


@pytest.mark.parametrize("version", [2, 4, "3", None])
def test_another_version_is_refused_before_anything_else(read, version):
    with pytest.raises(DocumentError, match="this code reads 3: another deployment wrote it"):
        read({"schema_version": version})


def test_a_document_without_a_version_is_refused(read):
    with pytest.raises(DocumentError, match="schema_version None"):
        read({"maker": "Ö"})


@pytest.mark.parametrize(
    ("content", "problem"),
    [("{", "is not valid JSON"), ("", "is not valid JSON"), ("[]", "it is [], expected an object")],
)
def test_anything_but_an_object_is_refused(read, content, problem):
    with pytest.raises(DocumentError, match=r"bicycle\.json") as refusal:
        read(content)

    assert problem in str(refusal.value)
