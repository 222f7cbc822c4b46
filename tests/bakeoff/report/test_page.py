import base64
import hashlib
import itertools
import re

import pytest

from bakeoff.prepared.data_card import DataCard
from bakeoff.report import render
from bakeoff.report.race import Race
from bakeoff.report.sections.metrics import metrics_table
from bakeoff.report.sections.ownership import ownership_tables
from bakeoff.report.sections.pairs import pairs_section
from bakeoff.report.sections.provenance import models_table
from bakeoff.report.sections.ranking import ranking_table
from bakeoff.summary.document import Summary
from bakeoff.summary.label_results import LabelScores
from bakeoff.summary.more_labels import MoreLabels
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples
from tests.support.crowded_race import crowded_race
from tests.support.forty_models import forty_models
from tests.support.report_documents import Page

SAMPLES = ("binary", "multiclass", "regression", "single", "all_failed", "forty")
SECTIONS = [
    "Ranking",
    "How the race went",
    "Trade-offs",
    "What a model costs to own",
    "Planned and actual cost",
    "Would more labels help?",
    "Learning rates",
    "Training curves",
    "Predicted and true numbers",
    "Confusion matrices",
    "Scores by label",
    "Probabilities",
    "When unsure rows go to people",
    "Slices of the test rows",
    "Pairwise comparison",
    "All metrics",
    "Hardest test rows",
    "Suspect labels",
    "The data",
    "Use this model",
    "Failures",
    "Provenance",
]
OF_CLASSES = (
    "Confusion matrices",
    "Scores by label",
    "Probabilities",
    "When unsure rows go to people",
)
OF_NUMBERS = ("Predicted and true numbers",)
WITH_CURVE = ("binary", "multiclass")
MAX_BYTES = 5_000_000


@pytest.fixture(scope="module")
def htmls() -> dict[str, str]:
    made = {}
    for name in SAMPLES:
        summary = sample(name)
        card = None if name == "all_failed" else samples.card(summary)
        made[name] = render(summary, card)
    return made


@pytest.fixture(scope="module")
def pages(htmls: dict[str, str]) -> dict[str, Page]:
    return {name: Page(html) for name, html in htmls.items()}


def sample(name: str) -> Summary:
    return forty_models() if name == "forty" else getattr(samples, name)()


def changed(summary: Summary, **changes: object) -> Page:
    return Page(render(summary.model_copy(update=changes), None))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_section_is_present_whatever_data_is_missing(pages, name):
    headings = [heading.text for heading in pages[name].all("h2") if "main" in heading.ancestors]
    is_staged = name == "forty"
    left_out = OF_CLASSES if name == "regression" else OF_NUMBERS
    assert headings == [
        "How forty became three" if is_staged and each == SECTIONS[1] else each
        for each in SECTIONS
        if each not in left_out and (name in WITH_CURVE or each != "Would more labels help?")
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_contents_lead_to_every_section_in_order(pages, name):
    sections = [
        each.attributes["id"] for each in pages[name].all("section") if "id" in each.attributes
    ]
    links = [each.attributes["href"] for each in pages[name].all("a") if "nav" in each.ancestors]
    assert links == [f"#{each}" for each in sections]


@pytest.mark.parametrize("name", SAMPLES)
def test_headings_do_not_skip_a_level(pages, name):
    levels = [
        int(element.tag[1])
        for element in pages[name].elements
        if re.fullmatch("h[1-6]", element.tag)
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", SAMPLES)
def test_ids_are_unique_and_all_that_is_referred_to_is_there(pages, name):
    elements = pages[name].elements
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in elements:
        for attribute, value in element.attributes.items():
            for reference in re.findall(r"url\(#([^)]+)\)", value):
                assert reference in ids
            if attribute in ("href", "xlink:href") and value.startswith("#"):
                assert value[1:] in ids


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_loaded_and_no_element_has_a_style_or_a_handler(pages, name):
    for element in pages[name].elements:
        assert element.tag not in ("iframe", "object", "embed", "base", "form", "img")
        for attribute, value in element.attributes.items():
            assert attribute != "style" and not attribute.startswith("on"), element
            if attribute in ("src", "href", "xlink:href", "action"):
                assert value.startswith("#") or value == "data:,", element


def test_the_policy_allows_the_pages_own_style_and_script_alone(pages):
    page = pages["multiclass"]
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = hashlib.sha256(page.one(tag).text.encode()).digest()
        assert f"{directive} 'sha256-{base64.b64encode(digest).decode()}';" in policy


def test_untrusted_text_is_never_markup(htmls, pages):
    page = pages["multiclass"]
    rows = [element.text for element in page.all("blockquote")]
    assert samples.HOSTILE[0] in rows and samples.HOSTILE[1] in rows and samples.HOSTILE[2] in rows
    reason = next(cell.text for cell in page.all("td") if "is gated" in cell.text)
    assert samples.HOSTILE[0] in reason
    assert samples.HOSTILE[0] in page.one("pre").text
    assert len(page.all("script")) == 1 and not page.all("img")
    assert "<script>alert" not in htmls["multiclass"]


def test_a_hostile_name_is_text_in_pictures_too():
    summary = samples.binary()
    name = '"><script>alert(3) $x^2$ & \u202e\x00'
    first = summary.candidates[0].model_copy(update={"name": name, "model": f"org/{name}"})
    page = changed(summary, candidates=[first, *summary.candidates[1:]])
    shown = '"><script>alert(3) $x^2$ & \\u202e\\x00'
    assert shown in [text.text for text in page.all("text")]
    assert shown in page.all("svg")[0].attributes["aria-label"]
    assert len(page.all("script")) == 1


def test_candidates_are_called_by_their_names_everywhere_on_the_page():
    summary = samples.binary()
    names = ["a/checkpoint-500", "b/checkpoint-500"]
    first, second = (
        one.model_copy(update={"name": name, "model": f"s3://bucket/{name}/"})
        for one, name in zip(summary.candidates[:2], names, strict=True)
    )
    page = changed(summary, candidates=[first, second, *summary.candidates[2:]])
    drawn = [text.text for text in page.all("text")]
    cells = [cell.text for cell in page.all("th")]
    for name in names:
        assert name in drawn
        assert name in cells
    assert "checkpoint-500" not in [*drawn, *cells]


def test_control_characters_are_shown_and_emoji_and_other_scripts_kept(htmls):
    html = htmls["multiclass"]
    assert "turned \\u202e round\\x00\\x07" in html
    assert "\x00" not in html and "\u202e" not in html
    assert "👩🏽‍🔬" in html and "עברית" in html
    html.encode()


def test_half_a_character_does_not_keep_the_page_from_being_written():
    summary = samples.binary()
    row = summary.hardest_rows[0].model_copy(update={"texts": ["half \ud83d of one"]})
    html = render(summary.model_copy(update={"hardest_rows": [row]}), None)
    assert b"half \\ud83d of one" in html.encode()


def test_a_learning_curve_says_what_twice_the_rows_would_give_and_why_nothing_is_known(pages):
    (section,) = [
        each for each in pages["binary"].all("section") if each.attributes["id"] == "more-labels"
    ]
    shown = " ".join(section.text.split())
    assert re.search(r"\d[.]\d points better \(\d[.]\d to \d[.]\d\) with 16,000 rows", shown)
    assert "The training on 25 % of the rows failed. The GPU's memory ran out." in shown
    labels = [each.attributes.get("aria-label", "") for each in pages["binary"].all("svg")]
    (first, second) = [each for each in labels if "by train rows" in each]
    assert re.search(r"8,000 rows: 0[.]885 \(.*\); 16,000 rows: .*, forecast[.]$", first)
    assert "2,000 rows" not in second


def test_a_learning_curve_without_any_training_gives_the_reason():
    reason = "90 train rows are too few for a learning curve."
    page = changed(samples.binary(), more_labels=MoreLabels(metric="f1", reason=reason))
    assert reason in " ".join(each.text for each in page.all("p"))


def test_suspect_labels_have_text_given_and_likely_label(pages):
    (section,) = [
        each for each in pages["binary"].all("section") if each.attributes["id"] == "suspects"
    ]
    shown = " ".join(section.text.split())
    assert "4 of 3,222 rows are suspect: 2 in train and 2 in test." in shown
    assert "2 of 322 rows have another label" in shown
    assert "baseline/tfidf would label them otherwise" in shown
    assert "Looking for them took 3.20 s" in shown.replace("\xa0", " ")
    assert "Row 44 of testlabelled poslikely negscore 0.986" in shown


def test_the_first_fifty_suspect_labels_are_on_the_page_and_the_rest_in_the_table(pages):
    (section,) = [
        each for each in pages["multiclass"].all("section") if each.attributes["id"] == "suspects"
    ]
    assert "Here are the first 50; suspect_labels.csv has 60." in section.text
    assert section.text.count("likely") == 50


def test_the_weights_of_several_candidates_stand_beside_their_names():
    sample = samples.binary()
    asked = [one.candidate for one in sample.candidates[:2]]
    names = [one.name for one in sample.candidates[:2]]
    found = sample.suspect_labels.model_copy(
        update={"candidates": asked, "weights": [0.948, 0.052]}
    )

    shown = " ".join(each.text for each in changed(sample, suspect_labels=found).all("p"))

    weighed = f"{names[0]} (95 %) and {names[1]} (5 %) would label them otherwise"
    assert weighed in shown.replace("\xa0", " ").replace("\u202f", " ")


def test_equal_input_gives_equal_bytes(htmls):
    summary = samples.binary()
    assert render(summary, samples.card(summary)) == htmls["binary"]
    again = Summary.from_json(summary.to_json())
    assert render(again, samples.card(again)) == htmls["binary"]


def test_twenty_candidates_with_five_seeds_and_77_labels_stay_small(htmls):
    assert len(htmls["multiclass"].encode()) < MAX_BYTES


def test_a_page_of_more_candidates_is_small_too_and_says_what_is_left_out():
    summary = samples.multiclass()
    many = [
        one.model_copy(update={"candidate": f"{one.candidate}-{i}", "rank": 18 * i + one.rank})
        for i in range(4)
        for one in summary.candidates
        if one.rank
    ]
    pairs = parts.pairs_of(many[:30])
    html = render(summary.model_copy(update={"candidates": many, "pairs": pairs}), None)
    assert len(html.encode()) < MAX_BYTES
    assert "The picture shows the best 60 of 72." in " ".join(html.split())
    assert "The matrix shows the best 30 of 72." in html
    assert "The answers are those of" in html


def test_only_the_ranking_has_a_row_for_each_of_more_than_a_hundred_candidates():
    race = Race.of(crowded_race(103))

    shown = [metrics_table(race), *ownership_tables(race), models_table(race)]

    assert {len(table.rows) for table in shown if table} == {100}
    assert shown[0].caption == "All metrics on test: the best 100 of 103"
    assert len(ranking_table(race).rows) == 103


def test_the_matrix_of_a_large_race_has_candidates_whose_pairs_are_known():
    race = crowded_race(40)
    paired = [*race.candidates[:20], *race.candidates[30:]]
    race = race.model_copy(update={"pairs": parts.pairs_of(paired)})

    matrix = pairs_section(Race.of(race)).matrix

    assert matrix and len(matrix.rows) == 30
    assert "–" not in [cell.text for row in matrix.rows for cell in row]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_picture_is_described_in_words(pages, name):
    summary = sample(name)
    pictures = pages[name].all("svg")
    ranked = [one for one in summary.candidates if one.rank is not None]
    assert bool(pictures) == bool(ranked)
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        assert "figure" in picture.ancestors
    labels = [picture.attributes["aria-label"] for picture in pictures]
    metric = summary.conditions.main_metric
    for one in ranked:
        mean = f"{one.metrics[metric].mean:.3f}".replace("-", "−")
        assert mean in labels[0] or one.metrics[metric].mean < 0.0005


def test_the_ranking_names_the_tied_group_and_the_baselines_in_words(pages):
    label = pages["binary"].all("svg")[0].attributes["aria-label"]
    assert "2: all-MiniLM-L6-v2 (lora) 0.799 (0.786 to 0.812), tied" in label
    assert "3: baseline/tfidf 0.795 (0.782 to 0.808), a baseline, tied with" in label
    assert label.endswith("5: baseline/majority 0.334 (0.321 to 0.347), a baseline.")


def test_the_verdict_is_on_top(pages):
    page, verdict = pages["binary"], samples.binary().verdict
    assert page.one("p", **{"class": "headline"}).text == verdict.sentences[0]
    top = page.one("header").text
    for sentence in verdict.sentences[1:]:
        assert sentence in top
    badges = [re.sub(r"\s+", " ", one.text).strip() for one in page.all("dd")][:4]
    assert badges[0] == "all-MiniLM-L6-v2 (full)F1 0.803"
    assert badges[3] == "baseline/tfidf560\u00a0kB on disk".replace("\u00a0", " ")


def test_without_prices_nothing_stands_where_quality_is_drawn_against_them(pages):
    page = pages["regression"]
    labels = [picture.attributes["aria-label"] for picture in page.all("svg")]
    assert any("against latency" in label for label in labels)
    assert "ost per million" not in page.one("main").text


def test_the_front_has_the_candidates_that_none_beats_in_both(pages):
    labels = [picture.attributes["aria-label"] for picture in pages["binary"].all("svg")]
    latency = next(label for label in labels if "against latency" in label)
    assert latency.endswith("On the Pareto front: baseline/tfidf, all-MiniLM-L6-v2 (full).")


def test_in_a_regression_less_is_better(pages):
    page = pages["regression"]
    latency = next(
        svg.attributes["aria-label"]
        for svg in page.all("svg")
        if "against latency" in svg.attributes["aria-label"]
    )
    assert latency.endswith("On the Pareto front: all-MiniLM-L6-v2 (full).")
    wins = [cell for cell in page.all("td") if "win" in cell.attributes.get("class", "").split()]
    assert wins[0].text.startswith("▲ −")


def test_a_regression_has_its_residuals_and_no_section_about_labels(pages):
    page = pages["regression"]
    labels = [svg.attributes["aria-label"] for svg in page.all("svg")]
    assert any(each.startswith("Predicted against true numbers of all-MiniLM") for each in labels)
    assert "has no labels" not in page.one("main").text
    links = [link.attributes["href"] for link in page.all("a")]
    assert "#fit" in links and not {"#confusion", "#scores", "#probabilities"} & set(links)


def test_what_is_found_at_a_target_is_shown_if_the_request_has_one(pages):
    summary = samples.binary()
    first = summary.candidates[0]
    found = parts.target(first.candidate, first.seeds)
    reached = first.model_copy(update={"metrics": first.metrics | found})
    conditions = summary.conditions.model_copy(update={"target": {"precision": 0.95}})
    page = changed(summary, candidates=[reached, *summary.candidates[1:]], conditions=conditions)
    headings = [heading.text for heading in page.all("h2")]
    assert "At the target" in headings
    assert "a precision of 0.95" in page.one("main").text
    assert "At the target" not in [heading.text for heading in pages["binary"].all("h2")]


def test_without_predictions_there_are_no_intervals_and_the_page_says_so(pages):
    text = pages["single"].one("main").text
    assert "There are no predictions to build confusion matrices from." in text
    assert "There are no predictions to score probabilities from." in text
    assert "There are no predictions to order by how sure they are." in text
    assert "There are no two candidates to compare." in text
    label = pages["single"].all("svg")[0].attributes["aria-label"]
    assert label.endswith("is better. 1: all-MiniLM-L6-v2 (full) 0.803.")


def test_reasons_for_failures_are_shown(pages):
    text = pages["all_failed"].one("main").text
    assert "There is no such model." in text and "The quota is 0." in text
    assert "No candidate has a result, so there is nothing to rank." in text


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (None, "The run has no readable data card"),
        (DataCard.from_object({"splits": 7}), "were ignored: splits."),
        (DataCard(), ""),
        (DataCard.from_object({"splits": {"train": {"rows": 3}}, "unknown": 1}), ""),
    ],
)
def test_any_data_card_makes_a_page(card, problem):
    assert problem in Page(render(samples.binary(), card)).one("main").text


def test_a_data_card_shows_leaks_and_lengths(pages):
    text = pages["binary"].one("main").text
    assert "4 test rows also occur in another split." in text
    assert "Lengths in tokens, and truncated rows" in text


def test_numbers_sort_by_their_value_and_missing_ones_have_none(pages):
    cells = [
        cell
        for cell in pages["binary"].all("td")
        if cell.attributes.get("class", "").startswith("num")
    ]
    assert any(cell.text == "90.8\u00a0MB" for cell in cells)
    for cell in cells:
        if cell.text == "90.8\u00a0MB":
            assert float(cell.attributes["data-value"]) == 90_800_000
        if cell.text == "–":
            assert "data-value" not in cell.attributes


def test_partial_candidates_and_seeds_without_a_number_are_shown():
    summary = samples.binary()
    first = summary.candidates[0]
    f1 = first.metrics["f1"].model_copy(update={"by_seed": {1: 0.8, 2: None}})
    partial = first.model_copy(
        update={
            "status": "partial",
            "reason": "Seed 3 ran out of memory.",
            "seeds_completed": [1, 2],
            "metrics": {"f1": f1},
            "warnings": ["The tokeniser has no padding token."],
        }
    )
    text = changed(summary, candidates=[partial, *summary.candidates[1:]]).one("main").text
    assert "partial, 2 of 3 seeds" in text
    assert "Seed 3 ran out of memory." in text
    assert "The tokeniser has no padding token." in text


def test_candidates_that_were_not_tested_are_not_called_worse():
    summary = samples.binary()
    untested = [
        one.model_copy(update={"is_tied": None, "versus_best": None}) for one in summary.candidates
    ]
    page = changed(summary, candidates=untested, pairs=[])
    drawn = {text.text for text in page.all("text")}
    assert {"the best", "not tested"} <= drawn and "differs from the best" not in drawn
    tied = [cell.text for cell in page.all("td") if cell.text in ("best", "not tested", "no")]
    assert tied == ["best"] + ["not tested"] * 4


def test_the_labels_that_averages_leave_out_are_named():
    summary = samples.multiclass()
    absent = [score.label for score in summary.candidates[0].label_scores[-2:]]

    def without_rows(candidate):
        scores = [
            score.model_copy(update={"rows": 0}) if score.label in absent else score
            for score in candidate.label_scores
        ]
        return candidate.model_copy(update={"label_scores": scores})

    candidates = [without_rows(each) for each in summary.candidates]
    html = render(summary.model_copy(update={"candidates": candidates}), None)
    assert f"No test row has the labels {absent[0]} and {absent[1]}: averages" in html
    assert "No test row has the label" not in render(summary, None)


def test_a_thousand_labels_leave_the_page_of_a_size_that_can_be_sent():
    few = samples.multiclass()
    labels = [f"label {number}" for number in range(1000)]
    many = [
        LabelScores(label=label, rows=number, precision=0.9, recall=0.8, f1=0.85)
        for number, label in enumerate(labels)
    ]
    candidates = [
        one.model_copy(update={"label_scores": many if one.label_scores else []})
        for one in few.candidates
    ]
    page = render(few.model_copy(update={"candidates": candidates}), None)
    assert len(page.encode()) < MAX_BYTES
    assert "label 999" in page
    assert "label 799" not in page
    assert "the 200 most frequent labels" in page
