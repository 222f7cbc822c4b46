"""One forward pass of a model on a few of the run's rows, by the code of its training method."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import torch
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    BatchEncoding,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from embedding.text_encoder import TextEncoder, encoder_of, load_without_head
from embedding.usage import usage_of
from fine_tuning.fine_tune import load_model
from fine_tuning.lora import with_adapters
from job.training_config import TrainingConfig
from job.training_task import task_of
from limits.out_of_memory import is_out_of_memory
from model.entailment_head import entailment_output
from model.model_files import ModelError
from model.model_tokenizer import is_slow
from model.model_weights import embedding_rows, why
from model.usable_model import without_row
from training_data.model_inputs import RowCollator, inputs_for
from training_data.padding import padding_side
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.tokenised_rows import TokenisedRows
from trial.trial_rows import highest
from zeroshot.entailment_model import load_classifier

Outputs = Callable[[BatchEncoding], torch.Tensor]


@dataclass(frozen=True)
class TrialRun:
    """`model` and `rows` (trial_rows.py) as a training job with this configuration gets them.

    Without `has_weights` only the shapes of numbers are computed, which takes no memory for them.
    """

    model: Path
    rows: Path
    config: TrainingConfig
    has_weights: bool
    allow_remote_code: bool

    def run(self) -> None:
        """Raises ModelError if a training job would fail."""
        tokenizer = load_prepared_tokenizer(self.model, allow_remote_code=self.allow_remote_code)
        if self.config.method == "static" and is_slow(tokenizer):
            raise ModelError(
                "Its tokeniser has no fast version, which static embeddings need: give the method "
                "frozen, or save a fast tokeniser beside the model."
            )
        try:
            model = self._loaded(tokenizer)
            self._check_numbers(model, tokenizer)
            outputs_for = self._outputs_of(model, tokenizer)
        except Exception as error:
            raise self._refusal("It cannot be loaded", error) from error
        try:
            outputs = outputs_for(self._batch(tokenizer))
        except Exception as error:
            if self._is_inconclusive(error):
                return
            raise self._refusal("It fails on this run's texts", error) from error
        if self.has_weights and not torch.isfinite(outputs).all():
            raise ModelError(
                "Its outputs for this run's texts are not finite numbers (NaN or infinity), "
                "although its weights are: its config.json is probably not that of its weights."
            )

    @cached_property
    def _reads_own_head(self) -> bool:
        """Whether the method takes the outputs that the model was trained for before."""
        return self.config.method == "zeroshot" and entailment_output(self.model) is not None

    @property
    def _is_headless(self) -> bool:
        """Whether the method takes the vectors of the model as it is."""
        is_as_it_is = self.config.method in ("frozen", "static", "zeroshot")
        return is_as_it_is and not self._reads_own_head

    def _loaded(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        trusted: Any = {"allow_remote_code": self.allow_remote_code}
        if not self.has_weights:
            return self._shapes_only(tokenizer)
        if self._is_headless:
            return load_without_head(self.model, **trusted)
        if self._reads_own_head:
            return load_classifier(self.model, tokenizer, **trusted)
        return load_model(self.model, self.config, tokenizer, **trusted)

    def _shapes_only(self, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        trusted: Any = {"trust_remote_code": self.allow_remote_code}
        is_new = not self._is_headless and not self._reads_own_head
        head = task_of(self.config).model_arguments() if is_new else {}
        config = AutoConfig.from_pretrained(self.model, **head, **trusted)
        config.pad_token_id = tokenizer.pad_token_id
        tokenizer.padding_side = padding_side(config)
        auto: Any = AutoModel if self._is_headless else AutoModelForSequenceClassification
        with torch.device("meta"):
            model: PreTrainedModel = auto.from_config(config, **trusted)
        return model

    def _check_numbers(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        """The library's own message about a number beyond a table is "index out of range"."""
        columns = pq.read_table(self.rows).to_pydict()
        num_rows, number = embedding_rows(model), highest(columns["input_ids"])
        if num_rows is not None and number >= num_rows:
            raise ModelError(
                without_row(str(tokenizer.convert_ids_to_tokens(number)), number, num_rows)
            )
        num_types = getattr(model.config.get_text_config(), "type_vocab_size", None)
        kind = highest(columns.get("token_type_ids", []))
        if isinstance(num_types, int) and 0 < num_types <= kind:
            raise ModelError(
                f"Its tokeniser gives tokens the type {kind}, and the model knows {num_types} "
                "(type_vocab_size): give the tokeniser that it was trained with, or take "
                "token_type_ids out of model_input_names in its tokenizer_config.json."
            )

    def _outputs_of(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Outputs:
        """What the training method computes a batch with."""
        if self._is_headless and self.has_weights:
            return self._vectors_of(model, tokenizer)
        network: Any = model
        if self.config.method == "lora":
            network = with_adapters(model, self.config)
        elif self._is_headless:
            network = encoder_of(model)
        network.eval()

        def outputs(batch: BatchEncoding) -> torch.Tensor:
            device = next(network.parameters()).device
            with torch.inference_mode(), device:
                found = network(**inputs_for(network, batch.to(device)))
            result: torch.Tensor = found.last_hidden_state if self._is_headless else found.logits
            return result

        return outputs

    def _vectors_of(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Outputs:
        usage = usage_of(self.model, "", self.config.tokens_kept, is_pair=self.config.is_pair)
        encoder = TextEncoder.of(model, tokenizer, self.model, usage)
        reads_all_layers = not usage.is_sentence_encoder
        return lambda batch: torch.cat(encoder.of_batch(batch, reads_all_layers), dim=1)

    def _batch(self, tokenizer: PreTrainedTokenizerBase) -> BatchEncoding:
        rows = TokenisedRows(self.rows, task_of(self.config))
        batch = RowCollator(tokenizer)([rows[number] for number in range(len(rows))])
        return BatchEncoding({name: each for name, each in batch.items() if name != "labels"})

    def _is_inconclusive(self, error: Exception) -> bool:
        """Whether the error says only that a model looks at numbers, where there are but shapes."""
        return not self.has_weights and (
            isinstance(error, NotImplementedError) or "meta" in str(error)
        )

    def _refusal(self, what: str, error: Exception) -> Exception:
        if is_out_of_memory(error) or isinstance(error, ModelError):
            return error
        return ModelError(f"{what}: {why(self.model, error)}.")
