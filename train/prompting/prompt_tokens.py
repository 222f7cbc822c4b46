"""Prompts as tokens: what all of them begin with, and what belongs to each row."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase

from prompting.examples import Example, Examples
from prompting.instruction import introductions
from prompting.prompt_frame import PromptFrame, Tokens, literal_tokens
from prompting.prompt_limits import EXAMPLE_TOKENS
from tokeniser.special_tokens import room_for

# Less of a text says nothing.
_LEAST_TEXT_TOKENS = 8


class NoRoomError(ValueError):
    """What stands around the texts leaves no room for them in the model's window."""


@dataclass(frozen=True)
class Prompts:
    """The prompts of rows: each is `shared` followed by its own `rests`."""

    shared: tuple[int, ...]
    rests: list[Tokens]
    num_cut: int
    """Rows whose text was cut."""

    @property
    def mean_length(self) -> float:
        """Tokens of a prompt."""
        return len(self.shared) + sum(map(len, self.rests)) / max(len(self.rests), 1)


@dataclass
class PromptTokens:
    """Composes the prompts of rows. Examples are cut before the row's own text is."""

    tokenizer: PreTrainedTokenizerBase
    frame: PromptFrame
    heading: str
    answers: Sequence[Tokens]
    is_pair: bool
    max_length: int
    """Tokens after which a row's text is cut."""
    window: int
    """The most tokens that the model reads at once."""
    _read: dict[Example, tuple[list[Tokens], Tokens]] = field(default_factory=dict, init=False)
    """The tokens of an example's texts and of its answer."""

    def of(self, rows: Sequence[Sequence[str]], examples: Examples) -> Prompts:
        """Prompts for rows of one text each, or two. Raises NoRoomError."""
        pieces = self.frame.pieces(examples.number)
        heading = literal_tokens(self.tokenizer, [self.heading])[0]
        begun, ending = [*pieces[0], *heading], pieces[-1]
        fixed = sum(map(len, pieces)) + len(heading) + max(map(len, self.answers))
        most_of_example = min(
            EXAMPLE_TOKENS, self.max_length, (self.window - fixed) // (examples.number + 1)
        )
        if examples.are_fixed:
            begun += self._shown(examples.pool, pieces, most_of_example)
        rests, num_cut = [], 0
        for texts, shown in zip(self._texts(rows), examples.of(rows), strict=True):
            before = [] if examples.are_fixed else self._shown(shown, pieces, most_of_example)
            taken = len(begun) + len(before) + len(ending) + max(map(len, self.answers))
            most = min(self.max_length, self.window - taken)
            if most < _LEAST_TEXT_TOKENS:
                raise NoRoomError(
                    f"The model reads {self.window:,} tokens at once, of which {taken:,} are the "
                    "prompt's own, and that leaves too little room for a text: give a shorter "
                    "instruction, fewer prompt_examples, or a model that reads more."
                )
            num_cut += sum(map(len, texts)) > most
            rests.append([*before, *_cut(texts, most), *ending])
        return Prompts(tuple(begun), rests, num_cut)

    def _shown(self, examples: Sequence[Example], pieces: Sequence[Tokens], most: int) -> Tokens:
        tokens: Tokens = []
        for number, example in enumerate(examples):
            if example not in self._read:
                answer = self.frame.answers([example.answer])[0]
                self._read[example] = self._texts([example.texts])[0], answer
            texts, answer = self._read[example]
            to_answer, to_next = pieces[2 * number + 1 : 2 * number + 3]
            tokens += [*_cut(texts, max(most, 0)), *to_answer, *answer, *to_next]
        return tokens

    def _texts(self, rows: Sequence[Sequence[str]]) -> list[list[Tokens]]:
        """The tokens of each row's texts, with what introduces them."""
        introduced = introductions(is_pair=self.is_pair)
        columns = [
            literal_tokens(self.tokenizer, [before + row[place] for row in rows])
            for place, before in enumerate(introduced)
        ]
        return [list(row) for row in zip(*columns, strict=True)]


def _cut(texts: Sequence[Tokens], most: int) -> Tokens:
    """One text or two within `most` tokens; of two the longer one is cut first."""
    if len(texts) == 1:
        return texts[0][:most]
    first, second = room_for(len(texts[0]), len(texts[1]), most)
    return [*texts[0][:first], *texts[1][:second]]
