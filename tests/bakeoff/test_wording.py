from bakeoff.wording import counted, duration, in_words, listed


def test_a_number_comes_with_its_noun_in_the_singular_or_the_plural():
    assert [counted(number, "row") for number in (0, 1, 2, 1000)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,000 rows",
    ]
    assert counted(2, "copy", "copies") == "2 copies"


def test_a_list_ends_with_and():
    assert [listed("abc"[:length]) for length in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_numbers_up_to_a_hundred_are_words():
    words = {0: "zero", 3: "three", 13: "thirteen", 40: "forty", 42: "forty-two", 99: "ninety-nine"}
    assert {number: in_words(number) for number in words} == words
    assert [in_words(number) for number in (100, 101, 1234, -1)] == [
        "a hundred",
        "101",
        "1,234",
        "-1",
    ]


def test_times_are_told_in_hours_minutes_and_seconds():
    told = {
        0: "0 s",
        45.4: "45 s",
        60: "1 min",
        65: "1 min 5 s",
        3599.8: "1 h",
        7500: "2 h 5 min",
        7529: "2 h 5 min",
        86400: "24 h",
        4_000_000: "1,111 h 7 min",
    }
    assert {seconds: duration(seconds) for seconds in told} == told
