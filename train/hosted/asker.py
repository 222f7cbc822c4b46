"""Asks many questions, several at once, each once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hosted.converse import Converse, HostedModelError
from hosted.kept_replies import KeptReplies
from hosted.questions import Question
from hosted.reply import Reply

AT_ONCE = 8
"""Questions. New accounts have quotas of some hundred a minute."""


@dataclass(frozen=True)
class TokenLimit:
    """What may be paid for; the estimate of the run's cost rests on it."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Asker:
    converse: Converse
    kept: KeptReplies
    limit: TokenLimit | None = None

    def ask(self, questions: Sequence[Question]) -> list[Reply]:
        """The replies, in the order of the questions.

        Raises HostedModelError if the model cannot be asked, or if its replies have reached the
        limit; replies so far are kept.
        """
        found = {each: self.kept.find(each) for each in questions}
        missing = [each for each, reply in found.items() if reply is None]
        if missing:
            # By itself, since it finds out how this model is asked.
            found[missing[0]] = self._ask(missing[0])
            with ThreadPoolExecutor(AT_ONCE) as pool:
                try:
                    found |= zip(missing[1:], pool.map(self._ask, missing[1:]), strict=True)
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        return [reply for each in questions if (reply := found[each]) is not None]

    def _ask(self, question: Question) -> Reply:
        self._check_limit()
        reply = self.converse.ask(question)
        self.kept.keep(question, reply)
        return reply

    def _check_limit(self) -> None:
        if self.limit is None:
            return
        input_tokens, output_tokens = self.kept.input_tokens, self.kept.output_tokens
        if input_tokens >= self.limit.input_tokens or output_tokens >= self.limit.output_tokens:
            raise HostedModelError(
                f"The model has used {input_tokens:,} tokens of questions and {output_tokens:,} of "
                f"answers, and the run's cost was bounded for {self.limit.input_tokens:,} and "
                f"{self.limit.output_tokens:,}: its tokens are smaller than usual. Give a higher "
                "max_length, which raises the bound, or lower max_test_rows."
            )
