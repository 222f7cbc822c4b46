"""Guesses whether text files are in cp1252, as spreadsheets of Windows write them."""

from collections.abc import Iterable
from pathlib import Path

from source.data_problems import FileError
from source.data_streams import opened

GUESS = "cp1252"
# Of a text's letters. In a language with Latin letters few have accents; if many seem to, the text
# is in another alphabet, and cp1252 shows it garbled.
_MOST_ACCENTED = 0.2
_TEXTS = (".csv", ".tsv", ".json", ".jsonl")
_SHOWN_CHARACTERS = 30


def guess_encoding(places: Iterable[Path]) -> tuple[str, str] | None:
    """The encoding of all the files, and a sentence about it; None if they need none, or another.

    Files whose text is not in UTF-8 are in cp1252 if they look like a language with Latin letters
    in it. None if another file needs UTF-8, because a data set has one encoding.
    """
    found = None
    for path in _text_files(places):
        try:
            with opened(path) as stream:
                content = stream.read()
        except (FileError, OSError, ValueError):
            return None
        if content.isascii():
            continue
        text = None if _is_in_utf(content) else _as_latin_text(content)
        if text is None:
            return None
        found = found or (GUESS, _sentence(path, text))
    return found


def _text_files(places: Iterable[Path]) -> list[Path]:
    files = []
    for place in places:
        files += sorted(place.rglob("*")) if place.is_dir() else [place]
    return [
        path
        for path in files
        if path.is_file()
        and not path.name.startswith(("_", "."))
        and any(suffix.lower() in _TEXTS for suffix in path.suffixes)
    ]


def _is_in_utf(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_latin_text(content: bytes) -> str | None:
    try:
        text = content.decode(GUESS)
    except UnicodeDecodeError:
        return None
    num_letters = sum(map(str.isalpha, text))
    num_accented = sum(letter.isalpha() and not letter.isascii() for letter in text)
    return text if num_accented <= _MOST_ACCENTED * num_letters else None


def _sentence(path: Path, text: str) -> str:
    place = next(number for number, letter in enumerate(text) if not letter.isascii())
    start = max(text.rfind("\n", 0, place) + 1, place - _SHOWN_CHARACTERS)
    shown = text[start : place + _SHOWN_CHARACTERS].split("\n", 1)[0].strip()
    return (
        f"{path.name} is not in UTF-8. It was read as {GUESS} (Windows, Latin-1), a guess; "
        f"a place reads {shown!r}."
    )
