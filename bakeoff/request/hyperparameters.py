"""The training settings of a model."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from bakeoff.request.tune import LearningRate
from bakeoff.request.values import A_NUMBER, AUTOMATIC, Integer, Number

DEFAULT_WARMUP_RATIO = 0.1


def _form(value: object) -> str:
    return AUTOMATIC if isinstance(value, str) else A_NUMBER


_Automatic = Annotated[Literal["auto"], Tag(AUTOMATIC)]
_Hundred = Annotated[Integer, Field(ge=1, le=100), Tag(A_NUMBER)]
_Rows = Annotated[Integer, Field(ge=1, le=1024), Tag(A_NUMBER)]
EpochsOrAuto = Annotated[_Hundred | _Automatic, Discriminator(_form)]
RowsOrAuto = Annotated[_Rows | _Automatic, Discriminator(_form)]


class Hyperparameters(BaseModel):
    """As requested: what is left to "auto" or null follows from the data and the model, which are
    known once the data is prepared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: EpochsOrAuto = Field(
        default="auto",
        description="Passes over the training rows; the best epoch on validation is used. auto: as "
        "many as the model needs to learn from so many rows, see below.",
    )
    train_batch_size: RowsOrAuto = Field(
        default="auto",
        description="Rows per step of training; auto: 16, or 32 where there are many rows.",
    )
    eval_batch_size: Annotated[Integer, Field(ge=1, le=4096)] = Field(
        default=64, description="Rows per step of evaluation; affects only speed and memory."
    )
    learning_rate: LearningRate | None = Field(
        default=None,
        description="The peak learning rate, reached after warm-up; null: each model tries several "
        "and keeps the best on validation, see tune.",
    )
    warmup_steps: Annotated[Integer, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="Steps in which the learning rate rises from 0; excludes warmup_ratio.",
    )
    warmup_ratio: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=DEFAULT_WARMUP_RATIO,
        description="Warm-up as a share of all steps; excludes warmup_steps.",
    )
    weight_decay: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.0, description="AdamW's weight decay."
    )
    max_length: Annotated[Integer, Field(ge=8, le=32768)] | None = Field(
        default=None,
        description="Texts are truncated to this number of tokens; null: the model's limit, or 512 "
        "if it has none. The model's limit always applies.",
    )
    schedule: Literal["linear", "cosine"] = Field(
        default="linear", description="How the learning rate decays to 0 after warm-up."
    )
    max_grad_norm: Annotated[Number, Field(ge=0, le=1000)] = Field(
        default=1.0, description="Gradients are clipped to this norm; 0: no clipping."
    )
    label_smoothing: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.0,
        description="Share of the target that is spread evenly over all labels. For binary and "
        "multiclass; the loss among the metrics is computed without it.",
    )
    class_weights: Literal["balanced"] | None = Field(
        default=None,
        description="balanced: rows are weighted in the training loss in inverse proportion to the "
        "frequency of their label; null: no weights. For binary and multiclass.",
    )
    early_stopping_patience: EpochsOrAuto | None = Field(
        default="auto",
        description="Training ends after this number of epochs without a better main metric on "
        "validation; auto: 2 where epochs is auto, otherwise no early stopping; null: no early "
        "stopping.",
    )
    checkpoint_steps: Annotated[Integer, Field(ge=1, le=1_000_000)] | None = Field(
        default=500,
        description="Steps between checkpoints, from which an interrupted job resumes; null: a "
        "checkpoint only at the end of each epoch.",
    )
    batching: Literal["length", "random"] = Field(
        default="length",
        description="length: texts of similar length share a batch, which saves padding; random: "
        "length is ignored.",
    )
    train_batch_tokens: Annotated[Integer, Field(ge=8, le=10_000_000)] | None = Field(
        default=None,
        description="Tokens per step of training, including padding; excludes train_batch_size.",
    )
    lora_rank: Annotated[Integer, Field(ge=1, le=1024)] = Field(
        default=8, description="Rank of the LoRA matrices."
    )
    lora_alpha: Annotated[Integer, Field(ge=1, le=10_000)] = Field(
        default=16, description="LoRA's scale: the update is multiplied by lora_alpha / lora_rank."
    )
    lora_dropout: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.1, description="Dropout on the input of the LoRA layers."
    )
    prompt_examples: Annotated[Integer, Field(ge=0, le=64)] | None = Field(
        default=None,
        description="Train rows that a prompt shows with their labels, for the method prompt; 0: "
        "none; null: none, 4 or 8, whichever is best on validation.",
    )

    @property
    def given(self) -> dict[str, Any]:
        """The given values, without defaults."""
        return self.model_dump(exclude_unset=True)


def merged(*layers: dict[str, Any]) -> dict[str, Any]:
    """The defaults, overridden by each of `layers` in turn; values are not converted.

    warmup_steps and warmup_ratio exclude each other, so a layer that gives one unsets the other;
    likewise train_batch_size unsets train_batch_tokens.
    """
    values = Hyperparameters().model_dump()
    for layer in layers:
        if layer.get("warmup_steps") is not None:
            values["warmup_ratio"] = None
        elif layer.get("warmup_ratio") is not None:
            values["warmup_steps"] = None
        if layer.get("train_batch_size") is not None:
            values["train_batch_tokens"] = None
        values |= layer
    if values["warmup_steps"] is None and values["warmup_ratio"] is None:
        values["warmup_ratio"] = 0.0
    return values
