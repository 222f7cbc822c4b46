import numpy as np
import pytest

from bakeoff.errors import DocumentError
from bakeoff.statistics.label_probabilities import read_label_probabilities
from tests.support.labelled_rows import judged, label_npz

FOUND = judged(num_rows=8, num_wrong=2)
NOT_A_NUMBER = np.full((8, 2), np.nan, dtype=np.float32)


def test_what_a_job_has_left_is_read():
    read = read_label_probabilities(label_npz(FOUND), 2)

    assert read.has_rows_of(FOUND)
    assert np.array_equal(read.probabilities, FOUND.probabilities)
    assert read.texts == FOUND.texts


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": np.arange(8)},
        {"labels": np.full(8, 0.5)},
        {"splits": np.full(8, 3)},
        {"splits": np.zeros(7, dtype=np.int8)},
        {"ids": np.zeros((8, 1), dtype=np.int64)},
        {"probabilities": FOUND.probabilities[:, :1]},
        {"probabilities": NOT_A_NUMBER},
        {"texts": np.frombuffer(b"[]", dtype=np.uint8)},
        {"texts": np.frombuffer(b'{"a": []}', dtype=np.uint8)},
        {"texts": np.frombuffer(b'{"1": 5}', dtype=np.uint8)},
        {"texts": np.frombuffer(b"\xff", dtype=np.uint8)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_broken_file_is_refused(changes):
    with pytest.raises(DocumentError):
        read_label_probabilities(label_npz(FOUND, **changes), 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", label_npz(FOUND)[:-50]],
    ids=["empty", "no archive", "cut off"],
)
def test_what_is_no_archive_is_refused(content):
    with pytest.raises(DocumentError):
        read_label_probabilities(content, 2)
