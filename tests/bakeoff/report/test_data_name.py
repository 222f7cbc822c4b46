"""What the report calls the data."""

import pytest

from bakeoff.report.race import Race
from bakeoff.report.sections.provenance import facts
from bakeoff.report.sections.verdict import verdict_section
from tests.support import summary_samples

UPLOADED = f"s3://bakeoff-bucket/uploads/{'ab' * 16}/reviews.csv"


@pytest.mark.parametrize(
    ("dataset", "shown", "in_full"),
    [
        (UPLOADED, "reviews.csv", f"reviews.csv ({UPLOADED})"),
        ("s3://mine/reviews.csv", "s3://mine/reviews.csv", "s3://mine/reviews.csv"),
        ("stanfordnlp/imdb", "stanfordnlp/imdb", "stanfordnlp/imdb"),
    ],
)
def test_a_file_of_the_user_is_called_by_its_name_and_its_upload_told_once(dataset, shown, in_full):
    summary = summary_samples.binary()
    conditions = summary.conditions.model_copy(update={"dataset": dataset})
    race = Race.of(summary.model_copy(update={"conditions": conditions}))

    assert ("Data", shown) in verdict_section(race).facts
    assert ("Data set", in_full) in facts(race)[0][1]
