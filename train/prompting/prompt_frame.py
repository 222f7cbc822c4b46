"""What stands around the contents of a prompt: a model's chat template, or plain lines.

Contents come from the request and from texts, which may hold what the model uses as special
tokens. So the frame alone is read with special tokens; contents are always read as characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from transformers import PreTrainedTokenizerBase

from prompting.instruction import ANSWER
from storage.error_text import in_words
from tokeniser.literal_tokens import as_text

Tokens = list[int]

# A template may trim contents, or change their case nowhere: letters and digits pass unchanged.
_PLACE = "Content{}OfThePrompt"
# Some templates state the date, so that the same job would give other numbers tomorrow.
_FIXED: dict[str, Any] = {
    "date_string": "1 January 2026",
    "strftime_now": lambda form: "1 January 2026",
    # A model that thinks first would not begin with the answer.
    "enable_thinking": False,
}


def literal_tokens(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[Tokens]:
    """The tokens of texts by themselves, in which special tokens are ordinary characters."""
    if not texts:
        return []
    given = as_text(tokenizer, texts)
    found: list[Tokens] = tokenizer(given, add_special_tokens=False, verbose=False)["input_ids"]
    return found


@dataclass
class PromptFrame:
    """The frame that suits a tokeniser."""

    tokenizer: PreTrainedTokenizerBase
    notes: list[str] = field(default_factory=list)
    """Sentences for people."""
    _is_chat: bool = field(init=False)
    _pieces: dict[int, list[Tokens]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._is_chat = bool(getattr(self.tokenizer, "chat_template", None))
        if self._is_chat:
            try:
                self._rendered(1)
            except Exception as error:
                # The template is a program of the model's author.
                self._is_chat = False
                self.notes.append(
                    "Its chat template could not be used, so that prompts are plain text: "
                    f"{in_words(error).rstrip('.')}."
                )

    @property
    def is_chat(self) -> bool:
        """Whether the model's chat template is used."""
        return self._is_chat

    def pieces(self, num_examples: int) -> list[Tokens]:
        """The 2 k + 2 pieces around k examples, each a text and its answer, and one more text: the
        first piece begins the prompt, and after the last one comes the answer."""
        if num_examples not in self._pieces:
            make = self._rendered if self._is_chat else self._plain
            self._pieces[num_examples] = make(num_examples)
        return self._pieces[num_examples]

    def answers(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each answer where it stands."""
        if self._is_chat:
            return literal_tokens(self.tokenizer, texts)
        # Some tokenisers make one token of a space and a word, others one of each.
        begun = literal_tokens(self.tokenizer, [ANSWER])[0]
        joined = literal_tokens(self.tokenizer, [f"{ANSWER} {text}" for text in texts])
        alone = literal_tokens(self.tokenizer, [f" {text}" for text in texts])
        return [
            whole[len(begun) :] if whole[: len(begun)] == begun else apart
            for whole, apart in zip(joined, alone, strict=True)
        ]

    def _plain(self, num_examples: int) -> list[Tokens]:
        answer, between = literal_tokens(self.tokenizer, [f"\n{ANSWER}", "\n\n"])
        return [self._beginning(), *[answer, between] * num_examples, answer]

    def _beginning(self) -> Tokens:
        """The special tokens that the tokeniser puts before a text."""
        word = literal_tokens(self.tokenizer, ["a"])[0]
        framed: Tokens = self.tokenizer("a", verbose=False)["input_ids"]
        place = next((at for at in range(len(framed)) if framed[at : at + len(word)] == word), 0)
        return framed[:place]

    def _rendered(self, num_examples: int) -> list[Tokens]:
        places = [_PLACE.format(number) for number in range(2 * num_examples + 1)]
        turns = [
            {"role": "assistant" if number % 2 else "user", "content": place}
            for number, place in enumerate(places)
        ]
        rendered = str(
            self.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True, **_FIXED
            )
        )
        texts: list[str] = []
        for place in places:
            if rendered.count(place) != 1:
                raise ValueError("it does not show each message once")
            before, _, rendered = rendered.partition(place)
            texts.append(before)
        texts.append(rendered)
        if not rendered:
            raise ValueError("nothing marks where the answer begins")
        return [self._special(text) for text in texts]

    def _special(self, text: str) -> Tokens:
        found: Tokens = self.tokenizer(
            text, add_special_tokens=False, split_special_tokens=False, verbose=False
        )["input_ids"]
        return found
