from bakeoff.report.pictures.legend import Entry
from bakeoff.report.pictures.standings import standings
from tests.support.summary_parts import candidate

BEST = "the best"


def test_the_best_has_the_square_of_a_baseline_where_it_is_one():
    shown = [candidate("a", "", 1, 0.8, method="tfidf"), candidate("b", "org/b", 2, 0.7)]

    assert standings(shown, BEST) == [
        Entry("square", "blue", "blue", "the best, a baseline"),
        Entry("circle", "muted", "page", "differs from the best"),
    ]


def test_each_standing_has_the_circle_of_a_model_that_has_it():
    shown = [
        candidate("a", "", 1, 0.8, method="tfidf", is_tied=True),
        candidate("b", "org/b", 2, 0.8, is_tied=True),
        candidate("c", "", 3, 0.5, method="majority"),
    ]

    assert standings(shown, BEST) == [
        Entry("circle", "blue", "blue", BEST),
        Entry("square", "muted", "page", "differs from the best"),
        Entry("square", "blue", "blue", "a baseline"),
    ]


def test_only_meanings_that_occur_have_an_entry():
    assert standings([candidate("b", "org/b", 1, 0.8)], BEST) == [
        Entry("circle", "blue", "blue", BEST)
    ]
