"""The message of an error as a line that fits into a sentence for people."""

import json

# They come from code that does not look at what it is given; their messages are about the code.
_OF_CODE = (AttributeError, IndexError, KeyError, TypeError, AssertionError, ZeroDivisionError)


def one_line(error: BaseException, most_characters: int = 300) -> str:
    """Without line breaks, and cut; the name of the error's class if it has no message."""
    return " ".join(str(error).split())[:most_characters] or type(error).__name__


def in_words(error: BaseException, most_characters: int = 300) -> str:
    """As `one_line`, with what is meant by errors whose messages are for programmers."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON ({one_line(error, most_characters)})"
    if isinstance(error, _OF_CODE):
        name = type(error).__name__
        return (
            f"a value is missing or of the wrong kind ({name}: {one_line(error, most_characters)})"
        )
    return one_line(error, most_characters)
