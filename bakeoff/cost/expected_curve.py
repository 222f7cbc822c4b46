"""How much of the learning curve a candidate is expected to train."""

from bakeoff.cost.expected_race import Part
from bakeoff.jobs.recipe import recipe_of
from bakeoff.methods import learns_from_rows
from bakeoff.prepared.manifest import Rows
from bakeoff.race.curve_parts import MOST_CANDIDATES, PERCENTS, part_rows
from bakeoff.request.resolved import Candidate, ResolvedRequest


def curve_part(resolved: ResolvedRequest, candidate: Candidate, rows: Rows | None) -> Part:
    """The candidate's part, if each that learns from rows is as likely to be among the best.

    Args:
        rows: None if not known yet; each training is then taken to have as many epochs as that on
            all rows.
    """
    learners = [each for each in resolved.possible_candidates if learns_from_rows(each.method)]
    is_wanted = resolved.learning_curve and learns_from_rows(candidate.method)
    if not is_wanted or (rows is not None and not part_rows(rows.train)):
        return Part()
    chance = min(1.0, MOST_CANDIDATES / len(learners))
    trainings = sum(_trainings(candidate, rows, percent) for percent in PERCENTS)
    jobs = chance * len(PERCENTS)
    return Part(jobs=jobs, trainings=chance * trainings, tests=jobs)


def _trainings(candidate: Candidate, rows: Rows | None, percent: int) -> float:
    """The work of a training on a part of the rows, in trainings on all of them."""
    share = percent / 100
    if rows is None:
        return share
    part = rows.model_copy(update={"train": part_rows(rows.train)[percent]})
    whole, own = (recipe_of(candidate, each, None).epochs for each in (rows, part))
    return share * own / whole
