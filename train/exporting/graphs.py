"""The network of a saved model as one graph, from tokens to logits."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from embedding.text_encoder import ALL_LAYERS, TextEncoder
from exporting.pair_vectors import pair_vectors
from linear.frozen_model import ENCODER_FOLDER, FrozenModel
from linear.row_features import ALONE, JOINT
from prediction.fine_tuned import FineTunedModel
from prediction.onnx_model import GRAPH_MEMBER, GraphUse
from prediction.saved_folder import FolderError
from training_data.model_inputs import inputs_for
from training_data.text_batches import padded

_TEXTS = ("A film about a storm.", "The music is lovely, and the actors are better still!")

NO_GRAPH = {
    "majority": "it gives one answer whatever the text, and needs no network",
    "tfidf": "it counts words, and is small and fast as it is",
    "static": "it adds up vectors of a table, and is small and fast as it is",
    "zeroshot": "it asks a model about each label's name; train one with the method full or frozen",
    "prompt": "it asks a language model about each answer; train one with the method full or lora",
}
"""Why the model of a method is not exported, by method; all others are."""


@dataclass(frozen=True)
class Graph:
    """A network, and how it is used."""

    network: torch.nn.Module
    """Takes the sequences of `example` by their places, and gives (rows, outputs)."""
    example: Mapping[str, torch.Tensor]
    """A batch of texts of different lengths, by the names of the inputs."""
    use: GraphUse
    tokenizer_folder: Path


def graph_of(
    folder: Path, facts: Mapping[str, Any], file: str, *, allow_remote_code: bool
) -> Graph:
    """The saved model in `folder` as it is to be written to `file`.

    Raises FolderError, with the reason, for models that are no graph of that kind.
    """
    method = facts["method"]
    if GRAPH_MEMBER in facts:
        raise FolderError(f"{folder} is exported to ONNX already: export the original.")
    if method in ("full", "lora"):
        return _fine_tuned(folder, facts, file, allow_remote_code=allow_remote_code)
    if method == "frozen":
        return _frozen(folder, file, allow_remote_code=allow_remote_code)
    reason = NO_GRAPH.get(method, "this code does not know it")
    raise FolderError(f"a model of the method {method} is not exported to ONNX: {reason}.")


class _FineTuned(torch.nn.Module):
    def __init__(self, model: torch.nn.Module, names: list[str]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *sequences: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(**dict(zip(self.names, sequences, strict=True))).logits
        return logits


def _fine_tuned(
    folder: Path, facts: Mapping[str, Any], file: str, *, allow_remote_code: bool
) -> Graph:
    saved = FineTunedModel.load(
        folder,
        facts["max_length"],
        facts["batch_rows"],
        facts.get("precision"),
        allow_remote_code=allow_remote_code,
    ).model
    # A decoder would hand out keys and values beside its logits.
    saved.model.config.use_cache = False
    rows = [[*_TEXTS], [*reversed(_TEXTS)]] if facts.get("is_pair") else [[each] for each in _TEXTS]
    side = saved.tokenizer.padding_side
    batch = padded(saved.tokenizer, rows, saved.max_length, side)
    example = inputs_for(saved.model, dict(batch))
    use = GraphUse(file=file, max_length=saved.max_length, padding_side=side)
    return Graph(_FineTuned(saved.model, [*example]), example, use, folder)


class _Frozen(torch.nn.Module):
    """An encoder with the linear head on its vectors."""

    def __init__(self, saved: FrozenModel, names: list[str]) -> None:
        super().__init__()
        self.network, self.layers = saved.encoder.network, saved.encoder.layers
        self.encoder: TextEncoder = saved.encoder
        self.kind = saved.kind
        self.names = names
        self.head = torch.nn.Linear(*reversed(saved.head.weights.shape))
        self.head.load_state_dict(
            {
                "weight": torch.from_numpy(saved.head.weights),
                "bias": torch.from_numpy(saved.head.bias),
            }
        )

    def forward(self, *sequences: torch.Tensor) -> torch.Tensor:
        batch = dict(zip(self.names, sequences, strict=True))
        reads_all_layers = self.kind.layer == ALL_LAYERS
        vectors = self.encoder.pooled(batch, reads_all_layers)
        found = vectors[1] if reads_all_layers else self.encoder.finished(vectors[0])
        if self.kind.pairing == ALONE:
            found = pair_vectors(found[0::2], found[1::2])
        elif self.kind.is_unit:
            found = torch.nn.functional.normalize(found, dim=1)
        logits: torch.Tensor = self.head(found)
        return logits


def _frozen(folder: Path, file: str, *, allow_remote_code: bool) -> Graph:
    saved = FrozenModel.load(folder, allow_remote_code=allow_remote_code)
    encoder = saved.encoder
    usage = encoder.usage
    use = GraphUse(
        file=file,
        max_length=usage.max_length,
        padding_side="right",
        prompt=usage.prompt,
        lowers_case=usage.lowers_case,
        reads_apart=saved.kind.pairing == ALONE,
    )
    rows = [[each] for each in _TEXTS * (2 if use.reads_apart else 1)]
    if saved.kind.pairing == JOINT:
        rows = [[*_TEXTS], [*reversed(_TEXTS)]]
    example = dict(encoder.batch(rows))
    network = _Frozen(saved, [*example])
    return Graph(network, example, use, folder / ENCODER_FOLDER)
