"""Vectors that jobs share: embedded once, and never read where they are not whole."""

import numpy as np
import pytest

from embedding.kept_vectors import KeptVectors
from embedding.text_encoder import TextVectors

ROWS = [["a film"], ["a plot"], ["a film"], ["\ud800 not a text of UTF-8"]]


class Encoder:
    """Gives the length of a text, and counts what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, rows):
        self.asked += rows
        lengths = np.array([sum(map(len, row)) for row in rows])
        return TextVectors({"last": lengths[:, None].astype(np.float32)}, lengths)


def kept_in(folder, encoder, identity="a model", seconds=(0.0, 2.5)):
    return KeptVectors(folder, identity, encoder, cpu_now=iter(seconds).__next__)


def values(vectors):
    return vectors.by_layer["last"][:, 0].tolist()


def test_texts_that_occur_several_times_are_embedded_once(tmp_path):
    encoder = Encoder()
    kept = kept_in(tmp_path, encoder)
    assert values(kept.of(ROWS)) == [len(row[0]) for row in ROWS]
    assert len(encoder.asked) == 3
    assert not kept.has_reused


def test_another_job_embeds_nothing_and_knows_what_it_would_have_taken(tmp_path):
    first = kept_in(tmp_path, Encoder()).of(ROWS)
    encoder = Encoder()
    kept = kept_in(tmp_path, encoder)
    again = kept.of(ROWS)
    assert values(again) == values(first)
    assert again.lengths.tolist() == first.lengths.tolist()
    kept.of(ROWS)
    assert (encoder.asked, kept.has_reused, kept.reused_cpu_seconds) == ([], True, 2.5)


def test_what_a_job_has_computed_itself_counts_as_its_own(tmp_path):
    kept = kept_in(tmp_path, Encoder())
    kept.of(ROWS)
    kept.of(ROWS)
    assert (kept.has_reused, kept.reused_cpu_seconds) == (False, 0.0)


@pytest.mark.parametrize(
    ("identity", "rows"),
    [("another model", ROWS), ("a model", ROWS[:-1]), ("a model", [["a film", "a plot"]])],
)
def test_other_inputs_are_other_vectors(tmp_path, identity, rows):
    kept_in(tmp_path, Encoder()).of(ROWS)
    encoder = Encoder()
    kept_in(tmp_path, encoder, identity).of(rows)
    assert encoder.asked


@pytest.mark.parametrize("damage", ["cut", "empty", "one byte", "no archive"])
def test_a_file_that_is_not_whole_is_made_again(tmp_path, damage):
    whole = values(kept_in(tmp_path, Encoder()).of(ROWS))
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    place = content.index(np.float32(len(ROWS[-1][0])).tobytes())
    path.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "empty": b"",
            "one byte": content[:place] + b"\xff" + content[place + 1 :],
            "no archive": b"not an archive",
        }[damage]
    )
    encoder = Encoder()
    assert values(kept_in(tmp_path, encoder).of(ROWS)) == whole
    assert len(encoder.asked) == 3
    assert path.read_bytes() == content
    assert [*tmp_path.iterdir()] == [path]
