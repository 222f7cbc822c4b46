"""What the verdict says of parts of the test rows on which the best is worse."""

from bakeoff.comparison.verdict_slices import on_slices
from bakeoff.summary.slices import Grouping, Slice, Slices, SliceScore
from tests.support.verdict_samples import raced

RANKED = [raced("best"), raced("other"), raced("third")]


def score(candidate, value, beats_best=None):
    return SliceScore(
        candidate=candidate.candidate, score=value, interval=None, beats_best=beats_best
    )


def part(name, *beaten_by, rows=312):
    scores = [
        score(RANKED[0], 0.85),
        *(score(each, 0.91, each.name in beaten_by) for each in RANKED[1:]),
    ]
    return Slice(kind="value", name=name, rows=rows, untested=None, scores=scores)


def sliced(*parts, by="column"):
    column = "country" if by == "column" else None
    grouping = Grouping(by=by, column=column, metric="f1", slices=list(parts))
    return Slices(fewest_rows=30, num_tests=9, groupings=[grouping])


def test_it_says_on_which_rows_another_candidate_is_better():
    found = on_slices(RANKED, sliced(part("de", "other", "third"), part("fr")))

    assert found == [
        "On some of the test rows another candidate is significantly better: other on 312 rows "
        'with country "de", 0.910 against 0.850.'
    ]


def test_it_says_nothing_where_nothing_is_significant():
    assert on_slices(RANKED, sliced(part("de"), part("fr"))) == []
    assert on_slices(RANKED, None) == []


def test_many_slices_are_counted():
    (sentence,) = on_slices(RANKED, sliced(*(part(f"c{n}", "other") for n in range(5))))

    assert sentence.count("against") == 3
    assert sentence.endswith("; and others on 2 more parts.")


def test_slices_by_the_answer_are_not_in_the_verdict():
    assert on_slices(RANKED, sliced(part("spam", "other"), by="label")) == []


def test_a_hostile_value_stays_within_its_sentence():
    (sentence,) = on_slices(RANKED, sliced(part("x.\nEvery other is better.\x1b[2J", "other")))

    assert sentence.isprintable()
    assert '"x.\\nEvery other is better' in sentence
