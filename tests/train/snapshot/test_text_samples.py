"""The texts of test rows that PrepareData leaves beside the snapshot."""

import gzip
import json

import numpy as np
import pytest

from bakeoff import layout
from snapshot.dataset_snapshot import Split
from snapshot.text_samples import SAMPLE_ROWS, SHOWN_CHARACTERS, read_sample, write_text_samples
from tests.support.preparing import resolved, reviews, run_prepare, write_csv


def numbered_rows(count: int, *, is_pair: bool = False) -> Split:
    texts = [f"text\n{row} \u2028é " + "long " * row for row in range(count)]
    pairs = [f"pair {row}" for row in range(count)] if is_pair else None
    return Split(np.arange(count) * 7, texts, pairs, np.zeros(count, np.int64))


def shown(folder):
    content = gzip.decompress((folder / "test_texts.jsonl.gz").read_bytes())
    return [json.loads(line) for line in content.splitlines()]


@pytest.mark.parametrize("is_pair", [False, True])
def test_a_sample_has_whole_texts_of_different_rows(tmp_path, is_pair):
    rows = numbered_rows(SAMPLE_ROWS + 60, is_pair=is_pair)
    write_text_samples(rows, tmp_path)
    sample = read_sample(tmp_path / "sample")
    whole = zip(*[rows.texts, *([rows.text_pairs] if is_pair else [])], strict=True)
    assert len({tuple(texts) for texts in sample}) == SAMPLE_ROWS
    assert {tuple(texts) for texts in sample} <= set(whole)
    assert max(len(texts[0]) for texts in sample) > SHOWN_CHARACTERS


def test_a_small_data_set_is_sampled_completely(tmp_path):
    rows = numbered_rows(5)
    write_text_samples(rows, tmp_path)
    assert sorted(read_sample(tmp_path / "sample")) == sorted([text] for text in rows.texts)


@pytest.mark.parametrize("is_pair", [False, True])
def test_every_row_is_shown_in_order_and_cut(tmp_path, is_pair):
    rows = numbered_rows(300, is_pair=is_pair)
    write_text_samples(rows, tmp_path)
    lines = shown(tmp_path)
    assert [line["id"] for line in lines] == rows.ids.tolist()
    assert [line["texts"][0] for line in lines] == [text[:600] for text in rows.texts]
    pairs = rows.text_pairs
    assert [line["texts"][1:] for line in lines] == (
        [[pair] for pair in pairs] if pairs else [[]] * 300
    )


def test_equal_rows_give_equal_bytes(tmp_path):
    for name in ("one", "other"):
        write_text_samples(numbered_rows(250), tmp_path / name)
    for file in ("sample/texts.json", "test_texts.jsonl.gz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_a_sample_without_texts_is_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_sample(tmp_path)
    (tmp_path / "texts.json").write_text('{"texts": []}')
    with pytest.raises(ValueError, match="holds no texts"):
        read_sample(tmp_path)


def test_they_are_where_the_service_looks_for_them_also_in_a_later_run(tmp_path):
    train = write_csv(tmp_path / "train.csv", reviews(60))
    for run in ("first", "later"):
        prepared = run_prepare(tmp_path / run, resolved(train), store=tmp_path / "store")
        prefix = prepared.manifest["dataset"]["prefix"]
        assert (prepared.store / layout.test_texts_key(prefix)).is_file()
        sample = read_sample(prepared.store / layout.sample_prefix(prefix))
        assert sorted(texts for (texts,) in sample) == sorted(prepared.rows("test")["text"])
        lines = shown((prepared.store / layout.test_texts_key(prefix)).parent)
        assert [line["id"] for line in lines] == prepared.rows("test")["id"]
