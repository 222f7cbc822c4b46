"""A model that was exported to ONNX: answers texts by ONNX Runtime, without torch."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from documents.json_documents import from_json_value
from training_data.given_texts import given_texts
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.row_order import longest_first
from training_data.text_batches import tokens_of

GRAPH_MEMBER = "onnx"
"""Of model.json: a GraphUse. A model without it is not exported."""
OUTPUT = "logits"
_ERRORS_ALONE = 3


@dataclass(frozen=True, kw_only=True)
class GraphUse:
    """How texts become the inputs of a graph whose output is `logits`, (rows, outputs)."""

    file: str
    max_length: int
    """Tokens after which texts are cut."""
    padding_side: str
    prompt: str = ""
    """The beginning of each text that the model gets by itself."""
    lowers_case: bool = False
    reads_apart: bool = False
    """Whether the two texts of a pair are two rows of the input, one below the other, and the graph
    compares them; else they are one row."""


@dataclass(frozen=True)
class OnnxModel:
    use: GraphUse
    session: Any
    tokenizer: PreTrainedTokenizerBase
    batch_rows: int

    @classmethod
    def load(
        cls, folder: Path, facts: Mapping[str, Any], *, allow_remote_code: bool
    ) -> "OnnxModel":
        """`facts` are those of model.json."""
        use: GraphUse = from_json_value(GraphUse, facts[GRAPH_MEMBER], "model.json")
        tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
        tokenizer.padding_side = use.padding_side
        return cls(use, open_graph(folder / use.file), tokenizer, facts["batch_rows"])

    def outputs_of(
        self, rows: Sequence[Sequence[str]], on_rows: Callable[[int], None] = lambda number: None
    ) -> NDArray[np.float32]:
        """(rows, outputs); `on_rows` is called with the number of rows of each batch."""
        num_inputs = 2 if self.use.reads_apart else 1
        tokens = tokens_of(self.tokenizer, self._inputs(rows), self.use.max_length)
        lengths = np.array([len(each["input_ids"]) for each in tokens]).reshape(-1, num_inputs)
        order = longest_first(lengths.max(axis=1))
        parts = []
        for start in range(0, len(order), self.batch_rows):
            numbers = order[start : start + self.batch_rows]
            places = (numbers[:, None] * num_inputs + np.arange(num_inputs)).ravel()
            parts.append(self._outputs([tokens[place] for place in places]))
            on_rows(len(numbers))
        found = np.concatenate(parts)
        in_order = np.empty_like(found)
        in_order[order] = found
        return in_order

    def _inputs(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        apart = [[text] for row in rows for text in row] if self.use.reads_apart else rows
        return [
            given_texts(row, prompt=self.use.prompt, lowers_case=self.use.lowers_case)
            for row in apart
        ]

    def _outputs(self, tokens: Sequence[Mapping[str, NDArray[np.int32]]]) -> NDArray[np.float32]:
        padded = self.tokenizer.pad(
            {name: [row[name].tolist() for row in tokens] for name in tokens[0]},
            return_attention_mask=True,
            return_tensors="np",
        )
        return run_graph(self.session, padded)


def open_graph(path: Path) -> Any:
    """A session of ONNX Runtime on the processor, with the threads that torch would take."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _num_threads(os.environ)
    options.log_severity_level = _ERRORS_ALONE
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _num_threads(environ: Mapping[str, str]) -> int:
    """Those of OMP_NUM_THREADS; 0 leaves it to ONNX Runtime, which takes one for each core."""
    given = environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(given) if given.isdecimal() else 0


def run_graph(session: Any, batch: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """(rows, outputs); the graph takes those of the sequences that its model reads."""
    wanted = [each.name for each in session.get_inputs()]
    (found,) = session.run(
        [OUTPUT], {name: np.asarray(batch[name], dtype=np.int64) for name in wanted}
    )
    return np.asarray(found, dtype=np.float32)
