from bakeoff.wording import counted, listed


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
