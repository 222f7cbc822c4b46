"""Static embeddings with their linear head, ready for use: saved, and loaded again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import LAST_LAYER
from job.saved_model import MODEL_FILE
from linear.linear_head import LinearHead
from linear.row_features import ALONE, FeatureKind, Rows, row_features
from training_data.text_rows import rows_of

EMBEDDINGS_FOLDER = "embeddings"


@dataclass(frozen=True)
class StaticModel:
    """The saved model consists of embeddings/ in model2vec's format, head.safetensors, and
    model.json, which says what the head's outputs mean."""

    embeddings: StaticEmbeddings
    kind: FeatureKind
    head: LinearHead
    """On the features as they are."""

    @classmethod
    def load(cls, folder: Path) -> "StaticModel":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        embeddings = StaticEmbeddings.load(folder / EMBEDDINGS_FOLDER, content["max_length"])
        head = LinearHead.load(folder)
        return cls(embeddings, feature_kind(is_pair=content["is_pair"]), head)

    def save(self, folder: Path, description: Mapping[str, Any]) -> None:
        """Save it beside its `description`."""
        self.embeddings.save(folder / EMBEDDINGS_FOLDER)
        content = {
            **description,
            "max_length": self.embeddings.max_length,
            "is_pair": self.kind.pairing is not None,
        }
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
        self.head.save(folder)

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """(rows, outputs), whose meaning is in model.json; `pairs` are the second texts."""
        return self.outputs_of(rows_of(texts, pairs))

    def outputs_of(self, rows: Rows) -> NDArray[np.float32]:
        """The same, for rows that hold one or two texts each."""
        return self.head.outputs(row_features(rows, self.kind, self.embeddings.vectors).values)

    @property
    def num_parameters(self) -> int:
        return self.embeddings.table.num_parameters + self.head.num_parameters


def feature_kind(*, is_pair: bool) -> FeatureKind:
    """The one kind that there is: a text's vector knows nothing of another text."""
    return FeatureKind(LAST_LAYER, ALONE if is_pair else None)
