"""The message of an error as a line that fits into a sentence for people."""


def one_line(error: BaseException, most_characters: int = 300) -> str:
    """Without line breaks, and cut; the name of the error's class if it has no message."""
    return " ".join(str(error).split())[:most_characters] or type(error).__name__
