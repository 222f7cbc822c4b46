"""Tokens that are put together from those of words are the tokeniser's own."""

import random

import numpy as np
import pytest
from tokenizers import pre_tokenizers, processors
from transformers import AutoTokenizer, CanineTokenizer, EsmTokenizer

from snapshot.dataset_snapshot import Split
from tests.support.tiny_models import build_tiny_model
from tokeniser import tokenisation
from tokeniser.text_tokens import NoRoomError, TextTokens

SENTENCES = ["a fine film", "don't be dull", "the 2nd film, that's so-so", "é Σ İ 中文"]
# Byte-level vocabularies learn from these to merge white space.
SPACED = ["a film  ", "  a   film  ", "a\n\n", "a \n", "a\t\t", "a \t ", "a\u00a0 ", "dull ."]
# Texts whose white space a pre-tokeniser keeps together or gives to the next word.
WHITE_SPACE = (
    *("", " ", "  ", "   ", "\n", " \n ", "\t", "\u00a0"),
    *("film ", "film  ", "film   ", " film", "  film", "   film", "a  film", "a   film"),
    *("film\n", "film\n\n", "\nfilm", "a \n film", "film \n", "film\t", "\tfilm", "a\t\tb"),
    *("film\u00a0", "\u00a0film", "a\u00a0film", "a \u00a0", "film\u00a0 ", "film  \n", "film\n  "),
    *("film.  ", "film .  ", "  .", "don't  ", "😀", "😀  ", "a 😀  ", "  😀 a"),
)
FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "t5", "fnet")
# What tokenisers treat each in a way of its own: kinds of white space, marks that join the
# character before, letters whose small form depends on their place, their own special tokens.
PIECES = (
    *(
        "a",
        "fine",
        "film",
        "don't",
        "'s",
        "2nd",
        "İ",
        "ΟΔΟΣ",
        "中文",
        "😀",
        ".",
        ",",
        "<",
        "e\u0301",
    ),
    *(" ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u0085", "\x1c", "\u200b", "\u0301"),
    *("a.b", "!?", "-", "\"'", "_", "$9", "\0", "...", "(so)", "'ll", "x'LL"),
    *("[MASK]", "[SEP]", "<s>", "<mask>", "</s>", "<unk>"),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Tiny models, by family."""
    folder = tmp_path_factory.mktemp("models")
    texts = [*SENTENCES, *SPACED]
    return {family: build_tiny_model(family, folder / family, texts) for family in FAMILIES}


def odd_texts(seed, num_texts=120):
    chance = random.Random(seed)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 30))) for _ in range(num_texts)]
    return ["", " ", *SENTENCES, *texts]


def own(tokenizer, texts, pairs, length):
    """The tokens from the library's own call, and how many it gives without a limit.

    If a row would have no tokens, the token that ends a text.
    """
    cut = tokenizer(texts, pairs, truncation="longest_first", max_length=length)
    rows = [ids or [tokenizer.eos_token_id] for ids in cut["input_ids"]]
    whole = tokenizer(texts, pairs, verbose=False)
    return {**cut, "input_ids": rows}, [len(ids) or 1 for ids in whole["input_ids"]]


def flat(rows):
    return [token for row in rows for token in row]


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("is_pair", [False, True], ids=["text", "pair"])
@pytest.mark.parametrize("family", FAMILIES)
def test_tokens_are_the_tokeniser_s_own(tiny, family, is_pair, side):
    tokenizer = AutoTokenizer.from_pretrained(tiny[family], truncation_side=side)
    texts = odd_texts(1)
    pairs = odd_texts(2) if is_pair else None
    for length in (6, 17):
        batch = TextTokens(tokenizer, length).batch(texts, pairs)
        encoded, lengths = own(tokenizer, texts, pairs, length)
        assert batch.tokens.tolist() == flat(encoded["input_ids"])
        assert batch.kept.tolist() == [len(row) for row in encoded["input_ids"]]
        assert batch.lengths.tolist() == lengths
        assert (batch.types is None) == ("token_type_ids" not in encoded)
        if batch.types is not None:
            assert batch.types.tolist() == flat(encoded["token_type_ids"])


@pytest.mark.parametrize("family", FAMILIES)
def test_white_space_is_tokenised_as_by_the_tokeniser(tiny, family):
    tokenizer = AutoTokenizer.from_pretrained(tiny[family])
    tokens = TextTokens(tokenizer, 40)
    # In this first batch both ways give the same, so the check that compares them passes.
    tokens.batch(["a fine film"], None)
    for text in WHITE_SPACE:
        own_tokens = tokenizer(text)["input_ids"] or [tokenizer.eos_token_id]
        assert tokens.batch([text], None).tokens.tolist() == own_tokens, repr(text)


def test_a_leading_space_is_added_only_before_the_text(tiny):
    tokenizer = AutoTokenizer.from_pretrained(tiny["roberta"])
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokens = TextTokens(tokenizer, 40)
    tokens.batch(["a fine film"], None)
    text = "don't be dull."
    assert tokens.batch([text], None).tokens.tolist() == tokenizer(text)["input_ids"]


@pytest.mark.parametrize("pairs", [None, ["", "so", ""]], ids=["text", "pair"])
def test_an_empty_text_has_a_token(tiny, pairs):
    tokenizer = AutoTokenizer.from_pretrained(tiny["gpt2"])
    # As GPT-2's own, it puts nothing around a text.
    tokenizer.backend_tokenizer.post_processor = processors.ByteLevel()
    batch = TextTokens(tokenizer, 6).batch(["a fine film", "", ""], pairs)
    assert batch.kept.min() == batch.lengths.min() == 1
    assert batch.tokens[-1] == tokenizer.eos_token_id


def test_earlier_texts_change_nothing(tiny):
    tokens = TextTokens(AutoTokenizer.from_pretrained(tiny["bert"]), 12)
    texts = odd_texts(3)
    once = tokens.batch(texts, None)
    tokens.batch(odd_texts(4), None)
    again = tokens.batch(texts, None)
    assert np.array_equal(once.tokens, again.tokens)
    assert np.array_equal(once.lengths, again.lengths)


def test_a_tokeniser_that_does_something_else_to_texts_is_asked_itself(tiny):
    class Shouting(type(AutoTokenizer.from_pretrained(tiny["bert"]))):
        """Adds a word, as only its own call would."""

        def _encode_plus(self, text, *arguments, **named):
            return super()._encode_plus([f"{each} film" for each in text], *arguments, **named)

    shouting = Shouting.from_pretrained(tiny["bert"])
    plain = AutoTokenizer.from_pretrained(tiny["bert"])
    expected = TextTokens(plain, 30).batch(["a film", "fine film film"], None)
    assert np.array_equal(
        TextTokens(shouting, 30).batch(["a", "fine film"], None).tokens, expected.tokens
    )


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_a_length_that_special_tokens_fill_is_refused(tiny, family):
    tokenizer = AutoTokenizer.from_pretrained(tiny[family])
    with pytest.raises(NoRoomError, match="2 tokens leave no room for a text"):
        TextTokens(tokenizer, 2).batch(["a film"], None)


@pytest.mark.parametrize("is_pair", [False, True], ids=["text", "pair"])
def test_a_tokeniser_written_in_python_cuts_as_it_does_itself(is_pair):
    tokenizer = CanineTokenizer()
    texts, pairs = odd_texts(5, 20), odd_texts(6, 20) if is_pair else None
    batch = TextTokens(tokenizer, 9).batch(texts, pairs)
    encoded, lengths = own(tokenizer, texts, pairs, 9)
    assert batch.tokens.tolist() == flat(encoded["input_ids"])
    assert batch.lengths.tolist() == lengths


def test_the_number_of_workers_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tokenisation, "ROWS_PER_BATCH", 50)
    monkeypatch.setattr(tokenisation, "ROWS_WORTH_PROCESSES", 100)
    # Written in Python, it has no threads of its own.
    model = tmp_path / "model"
    model.mkdir()
    words = ["<cls>", "<pad>", "<eos>", "<unk>", "film", "a"]
    (model / "vocab.txt").write_text("\n".join(words))
    EsmTokenizer(model / "vocab.txt").save_pretrained(model)
    (model / "config.json").write_text('{"model_type": "esm"}')
    texts = ["film " * (number % 4) + "a" * (number % 3) for number in range(320)]
    numbers = np.arange(len(texts))
    splits = {"train": Split(numbers, texts, None, numbers % 2)}
    files = {}
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        tokenisation.tokenise(model, splits, 8, folder, task="binary", workers=workers)
        files[workers] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files[1] == files[2]
    assert files[1].keys() == {"train.parquet", "lengths.npz", "notes.json"}
