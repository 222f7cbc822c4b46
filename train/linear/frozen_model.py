"""A frozen model with its linear head, ready for use: saved, and loaded again."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.json_documents import from_json_value, json_value
from embedding.text_encoder import ALL_LAYERS, TextEncoder, TextVectors
from embedding.usage import Usage
from job.saved_model import MODEL_FILE
from linear.linear_head import LinearHead
from linear.row_features import FeatureKind, Rows, row_features
from model.sentence_files import folder_names, is_for_library
from training_data.text_rows import rows_of

ENCODER_FOLDER = "encoder"

_BATCH_ROWS = 64


@dataclass(frozen=True)
class FrozenModel:
    """The saved model consists of encoder/ in the format of transformers, head.safetensors, and
    model.json, which says how the two belong together."""

    encoder: TextEncoder
    kind: FeatureKind
    head: LinearHead
    """On the features as they are."""

    @classmethod
    def load(cls, folder: Path, *, allow_remote_code: bool = False) -> "FrozenModel":
        content = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        usage: Usage = from_json_value(Usage, content["usage"], MODEL_FILE)
        encoder = TextEncoder.load(
            folder / ENCODER_FOLDER, usage, allow_remote_code=allow_remote_code
        )
        head = LinearHead.load(folder)
        return cls(encoder, FeatureKind(**content["features"]), head)

    def save(self, folder: Path, snapshot: Path, description: Mapping[str, Any]) -> None:
        """Save it beside its `description`; `snapshot` is where the encoder came from."""
        place = folder / ENCODER_FOLDER
        # Use the weight names of the model's own code, for readers of the file itself.
        self.encoder.model.save_pretrained(place, save_original_format=False)
        self.encoder.tokenizer.save_pretrained(place)
        for name in filter(is_for_library, folder_names(snapshot)):
            (place / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(snapshot / name, place / name)
        content = {
            **description,
            "features": json_value(self.kind),
            "usage": json_value(self.encoder.usage),
        }
        (folder / MODEL_FILE).write_text(json.dumps(content, indent=1), encoding="utf-8")
        self.head.save(folder)

    def outputs(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None
    ) -> NDArray[np.float32]:
        """(rows, outputs), whose meaning is in model.json; `pairs` are the second texts."""
        return self.outputs_of(rows_of(texts, pairs))

    def outputs_of(self, rows: Rows, batch_rows: int = _BATCH_ROWS) -> NDArray[np.float32]:
        """The same, for rows that hold one or two texts each."""
        reads_all_layers = self.kind.layer == ALL_LAYERS

        def vectors(rows: Rows) -> TextVectors:
            return self.encoder.vectors(rows, batch_rows, reads_all_layers=reads_all_layers)

        return self.head.outputs(row_features(rows, self.kind, vectors).values)
