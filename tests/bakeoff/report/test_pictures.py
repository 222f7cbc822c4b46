import warnings
from xml.etree import ElementTree

import matplotlib
import pytest

from bakeoff.report import ranking_picture
from bakeoff.report.pareto import pareto_front
from bakeoff.report.pictures import axis_range, curves, tradeoffs
from bakeoff.report.pictures.free_places import free_places
from bakeoff.report.pictures.ranking import NARROW, WIDE, ranking
from bakeoff.report.race import Race
from tests.support import summary_samples as samples

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    elements = ElementTree.fromstring(svg).iter()
    return [element.text or "" for element in elements if element.tag in (f"{SVG}text", "text")]


def test_the_readmes_picture_is_a_file_of_its_own_that_names_what_it_shows():
    root = ElementTree.fromstring(ranking_picture(samples.binary()))
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img" and "0.803" in root.attrib["aria-label"]
    written = texts(ranking_picture(samples.binary()))
    assert "rt-polarity" in written
    assert "all-MiniLM-L6-v2 (full)" in written and "0.790 to 0.816" in written


def test_the_readmes_picture_brings_its_ground_and_the_colours_of_both_schemes():
    svg = ranking_picture(samples.binary())
    root = ElementTree.fromstring(svg)
    style = root.find(f"{SVG}style")
    assert style is not None and "prefers-color-scheme:dark" in (style.text or "")
    ground = root.find(f"{SVG}rect")
    assert ground is not None and ground.attrib["fill"] == "var(--page)"


def test_colours_are_roles_and_none_is_that_of_one_scheme():
    svg = ranking_picture(samples.binary())
    body = svg.split("</style>")[1]
    used = {
        value
        for element in ElementTree.fromstring(svg).iter()
        for name, value in element.attrib.items()
        if name in ("fill", "stroke")
    }
    assert used and all(value == "none" or value.startswith("var(--") for value in used)
    assert "#" not in body.replace('href="#', "").replace("url(#", "")


def test_without_a_result_there_is_no_picture_to_draw():
    with pytest.raises(ValueError, match="No candidate has a result"):
        ranking_picture(samples.all_failed())


def test_whatever_matplotlib_is_set_to_the_picture_is_the_same():
    expected = ranking_picture(samples.binary())
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert ranking_picture(samples.binary()) == expected
    assert matplotlib.rcParams["svg.fonttype"] == "path"


def test_names_in_scripts_that_the_font_lacks_raise_no_warning():
    summary = samples.binary()
    named = summary.candidates[3].model_copy(update={"name": "模型-العربية-🤖"})
    candidates = [*summary.candidates[:3], named, summary.candidates[4]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = ranking_picture(summary.model_copy(update={"candidates": candidates}))
    assert "模型-العربية-🤖" in texts(svg)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["binary", "multiclass", "regression", "single"])
def test_all_of_the_ranking_lies_within_the_picture(name, width):
    race = Race.of(getattr(samples, name)())
    svg = str(ranking(race, width).inline())
    root = ElementTree.fromstring(svg)
    assert root.attrib["width"] == str(width)
    height = float(root.attrib["height"])
    for text in root.iter("text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 8 <= float(text.attrib["y"]) <= height
    baselines = [float(one.attrib["y"]) for one in root.iter("text") if one.text == "1"]
    assert baselines


def test_a_model_of_no_size_has_its_place_too():
    summary = samples.binary()
    nothing = summary.candidates[4].ownership.model_copy(update={"model_bytes": 0})
    last = summary.candidates[4].model_copy(update={"ownership": nothing})
    race = Race.of(summary.model_copy(update={"candidates": [*summary.candidates[:4], last]}))
    size = next(price for price in tradeoffs.PRICES if price.key == "size")
    svg = str(tradeoffs.tradeoff_picture(race, tradeoffs.Tradeoff.of(race, size)).inline())
    assert {"0\u00a0B", "50\u00a0MB"} <= set(texts(svg))


def test_a_name_of_several_lines_is_drawn_on_one():
    summary = samples.binary()
    named = summary.candidates[3].model_copy(update={"name": "a\nb\tc"})
    candidates = [*summary.candidates[:3], named, summary.candidates[4]]
    assert "a b c" in texts(ranking_picture(summary.model_copy(update={"candidates": candidates})))


def test_learning_curves_of_a_single_epoch_and_of_losses_that_diverge_are_drawn():
    one = samples.binary().candidates[0]
    points = one.learning_curves[0].epochs
    strange = [
        points[0].model_copy(update={"train_loss": None, "validation_metric": None}),
        points[1].model_copy(update={"validation_loss": float("inf"), "train_loss": 1e9}),
    ]
    for epochs in (points[:1], strange):
        curve = one.learning_curves[0].model_copy(update={"epochs": epochs})
        candidate = one.model_copy(update={"learning_curves": [curve]})
        race = Race.of(samples.binary())
        picture = curves.curves_picture(race, candidate, curves.scales([candidate]))
        assert "Seed 1" in picture.inline()


def test_a_loss_that_diverges_leaves_the_others_their_room():
    one = samples.binary().candidates[0]
    curve = one.learning_curves[0]
    wild = curve.epochs[0].model_copy(update={"train_loss": 1e6})
    for epochs, highest in ((curve.epochs, 0.7), ([wild, *curve.epochs * 30], 0.7)):
        changed = curve.model_copy(update={"epochs": epochs})
        candidate = one.model_copy(update={"learning_curves": [changed]})
        scale = curves.scales([candidate]).loss
        assert 0.3 < scale[1] < highest


def test_epochs_are_whole_numbers():
    assert axis_range.linear_places(0.94, 2.06, 5, whole_numbers=True) == [1, 2]


def test_what_is_far_worse_is_left_out_of_the_axis_and_nothing_else_is():
    near = [(0.79, 0.81), (0.78, 0.80), (0.77, 0.79)]
    low, high = axis_range.far_off_left_out([*near, (0.33, 0.34)])
    assert 0.7 < low < 0.77 and 0.81 < high < 0.85
    low, high = axis_range.far_off_left_out([*near, (0.64, 0.66), (0.33, 0.34)])
    assert 0.7 < low < 0.77
    assert axis_range.far_off_left_out([*near, (0.74, 0.76)])[0] < 0.74


def test_never_more_than_half_of_the_spans_are_left_out():
    low, _ = axis_range.far_off_left_out([(0.9, 0.9), (0.5, 0.5), (0.1, 0.1), (0.1, 0.1)])
    assert low < 0.5
    assert axis_range.far_off_left_out([(0.9, 0.9)]) == pytest.approx((0.855, 0.945))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.777, 0.819, ["0.78", "0.79", "0.80", "0.81"]),
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (-0.011, 0.011, ["−0.010", "−0.005", "0.000", "0.005", "0.010"]),
        (0.9, 4.1, ["1", "2", "3", "4"]),
    ],
)
def test_ticks_are_round_and_have_as_many_decimals_as_they_need(low, high, labels):
    assert axis_range.linear_labels(axis_range.linear_places(low, high, 6)) == labels


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [(0.4, 3, [0.5, 1, 2]), (0.5, 90, [1, 3, 10, 30]), (1, 1e9, [1, 1e3, 1e6, 1e9])],
)
def test_logarithmic_ticks_are_few_and_round(low, high, places):
    assert axis_range.log_places(low, high, 4) == pytest.approx(places)


def test_the_front_goes_from_the_cheapest_to_the_best():
    costs = [3.0, 1.0, 2.0, 2.0, 4.0]
    qualities = [0.9, 0.5, 0.7, 0.6, 0.9]
    assert pareto_front(costs, qualities) == [1, 2, 0]


def test_of_equals_all_are_on_the_front():
    assert pareto_front([1.0, 1.0, 2.0], [0.5, 0.5, 0.5]) == [0, 1]
    assert pareto_front([], []) == []


def test_numbers_of_points_do_not_cover_one_another():
    points = [(100.0, 100.0), (104.0, 100.0), (100.0, 108.0), (250.0, 40.0)]
    places = free_places(points, ["1", "2", "3", "4"], (0, 0, 343, 272))
    for i, (x, y) in enumerate(places):
        assert all(max(abs(x - a), abs(y - b)) >= 6 for a, b in places[:i])
        assert abs(x - points[i][0]) <= 25 and abs(y - points[i][1]) <= 35
