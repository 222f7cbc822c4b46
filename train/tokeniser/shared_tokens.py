"""Tokenises in several processes, for tokenisers written in Python, which have no threads."""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from transformers import AutoTokenizer

from limits.limited_process import die_with_parent
from tokeniser.text_tokens import TextTokens, TokenBatch


class SharedTokens:
    """As TextTokens, of the tokeniser in the folder `model`; `with` ends the processes."""

    def __init__(self, model: Path, max_length: int, workers: int, allow_remote_code: bool) -> None:
        self._workers = workers
        # Not forked, because this process has threads.
        self._pool = ProcessPoolExecutor(
            workers,
            multiprocessing.get_context("spawn"),
            _load,
            (model, max_length, allow_remote_code),
        )

    def batches(
        self, batches: Iterable[tuple[Sequence[str], Sequence[str] | None]]
    ) -> Iterator[TokenBatch]:
        """The tokens of each batch of texts and their pairs, in order."""
        waiting: deque[Future[TokenBatch]] = deque()
        for texts, pairs in batches:
            waiting.append(self._pool.submit(_tokens, texts, pairs))
            # More would only use up memory.
            if len(waiting) > 2 * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


_loaded: list[TextTokens] = []
"""The tokeniser of a worker process."""


def _load(model: Path, max_length: int, allow_remote_code: bool) -> None:
    die_with_parent()
    tokenizer = AutoTokenizer.from_pretrained(model, trust_remote_code=allow_remote_code)
    _loaded[:] = [TextTokens(tokenizer, max_length)]


def _tokens(texts: Sequence[str], pairs: Sequence[str] | None) -> TokenBatch:
    return _loaded[0].batch(texts, pairs)
