import pytest

from bakeoff.report import numbers
from bakeoff.summary.interval import Interval


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (numbers.significant, 0, "0"),
        (numbers.significant, 12345, "12,300"),
        (numbers.significant, 0.012345, "0.0123"),
        (numbers.significant, 999.6, "1,000"),
        (numbers.significant, -1.5, "−1.50"),
        (numbers.significant, 1.5e-9, "1.50e−09"),
        (numbers.count, 9002, "9,002"),
        (numbers.metric, 0.80349, "0.803"),
        (numbers.metric, -0.0121, "−0.012"),
        (numbers.metric, 12.345, "12.3"),
        (numbers.metric, 0.00031, "0.0003"),
        (numbers.metric, 0, "0.000"),
        (numbers.signed_metric, 0.0121, "+0.012"),
        (numbers.signed_metric, -0.0121, "−0.012"),
        (numbers.signed_metric, -0.0, "0.000"),
        (numbers.p_value, 0.00099, "< 0.001"),
        (numbers.p_value, 0.05, "0.050"),
        (numbers.p_value, 1, "1.000"),
        (numbers.share, 0.0131, "1.3 %"),
        (numbers.share, 0.0001, "< 0.1 %"),
        (numbers.share, 1, "100 %"),
        (numbers.whole_share, 0.997, "> 99 %"),
        (numbers.whole_share, 1, "100 %"),
        (numbers.whole_share, 0.003, "< 1 %"),
        (numbers.whole_share, 0.005, "< 1 %"),
        (numbers.whole_share, 0.006, "1 %"),
        (numbers.whole_share, 0, "0 %"),
        (numbers.percent, 0.95, "95 %"),
        (numbers.percent, 0.999, "99.9 %"),
        (numbers.milliseconds, 0.00421, "4.21 ms"),
        (numbers.duration, 8.24, "8.24 s"),
        (numbers.duration, 59.999, "60.0 s"),
        (numbers.duration, 200, "3 min 20 s"),
        (numbers.duration, 7200, "2 h"),
        (numbers.duration, 19700, "5 h 28 min"),
        (numbers.size, 8, "8 B"),
        (numbers.size, 999_950_000, "1.00 GB"),
        (numbers.size, 90_868_000, "90.9 MB"),
        (numbers.quantity, 22_700_000, "22.7 M"),
        (numbers.quantity, 2, "2"),
        (numbers.usd, 1234.5, "$1,234.50"),
        (numbers.usd, 0.01234, "$0.0123"),
        (numbers.usd, 0.00001, "< $0.0001"),
        (numbers.usd, 0, "$0"),
    ],
)
def test_numbers_are_written_for_people(form, value, text):
    assert form(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_missing_number_is_a_dash(value):
    assert numbers.shown(value, numbers.metric) == "–"


def test_an_interval_has_words_between_its_ends_since_they_may_be_negative():
    assert numbers.interval(Interval(low=-0.01, high=0.02)) == "−0.010 to 0.020"
    assert numbers.interval(None) == "–"


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [("0.500 ms", "0.5 ms"), ("1.00 GB", "1 GB"), ("$0.0300", "$0.03"), ("100 kB", "100 kB")],
)
def test_ticks_have_no_needless_decimals(text, trimmed):
    assert numbers.trimmed(text) == trimmed
