"""What the sections say."""

import re

import pytest

from bakeoff.prepared.data_card import DataCard
from bakeoff.report import render
from bakeoff.summary.more_labels import MoreLabels
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples
from tests.support.report_documents import Page
from tests.support.report_pages import changed


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


EXPLAINED = "The percentages say how much each of these candidates counts"


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
    assert EXPLAINED in shown


def test_a_summary_without_weights_and_one_with_one_have_the_names_alone():
    sample = samples.binary()
    asked = [one.candidate for one in sample.candidates[:2]]
    names = [one.name for one in sample.candidates[:2]]
    for candidates, weights, said in (
        (asked, None, f"{names[0]} and {names[1]} would"),
        (asked[:1], [1.0], f"{names[0]} would"),
    ):
        found = sample.suspect_labels.model_copy(
            update={"candidates": candidates, "weights": weights}
        )
        shown = " ".join(each.text for each in changed(sample, suspect_labels=found).all("p"))
        assert said in shown
        assert EXPLAINED not in shown


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
