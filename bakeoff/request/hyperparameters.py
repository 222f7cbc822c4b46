"""How a model is trained: the same for all but for what a model overrides."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.request.values import Integer, Number

DEFAULT_WARMUP_RATIO = 0.1


class Hyperparameters(BaseModel):
    """Defaults are the recipe that is usual for fine-tuning encoders."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: Annotated[Integer, Field(ge=1, le=100)] = Field(
        default=2, description="Passes over the training rows; the best one on validation counts."
    )
    train_batch_size: Annotated[Integer, Field(ge=1, le=1024)] = Field(
        default=32, description="Rows per step of training."
    )
    eval_batch_size: Annotated[Integer, Field(ge=1, le=4096)] = Field(
        default=64, description="Rows per step of evaluation; changes speed and memory only."
    )
    learning_rate: Annotated[Number, Field(gt=0, le=1)] = Field(
        default=5e-5,
        description="The highest learning rate, reached after warm-up. With the method lora the "
        "default is 5e-4.",
    )
    warmup_steps: Annotated[Integer, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="Steps in which the learning rate rises from 0; instead of warmup_ratio.",
    )
    warmup_ratio: Annotated[Number, Field(ge=0, le=1)] | None = Field(
        default=DEFAULT_WARMUP_RATIO,
        description="Share of all steps in which the learning rate rises from 0.",
    )
    weight_decay: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.0, description="AdamW's weight decay."
    )
    max_length: Annotated[Integer, Field(ge=8, le=32768)] | None = Field(
        default=None,
        description="Tokens after which a text is cut; null: the model's own limit, or 512 if "
        "it has none. The limit also holds where this is higher.",
    )
    schedule: Literal["linear", "cosine"] = Field(
        default="linear", description="How the learning rate falls to 0 after warm-up."
    )
    max_grad_norm: Annotated[Number, Field(ge=0, le=1000)] = Field(
        default=1.0, description="Gradients of a larger norm are scaled down to it; 0: never."
    )
    label_smoothing: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.0,
        description="Share of the target that goes to all labels alike. For binary and "
        "multiclass; metrics are measured without it.",
    )
    class_weights: Literal["balanced"] | None = Field(
        default=None,
        description="balanced: rows of rare labels count more in training, in inverse proportion "
        "to the label's rows; null: all count the same. For binary and multiclass.",
    )
    early_stopping_patience: Annotated[Integer, Field(ge=1, le=100)] | None = Field(
        default=None,
        description="Epochs without a better main metric on validation after which training "
        "ends; null: all epochs.",
    )
    checkpoint_steps: Annotated[Integer, Field(ge=1, le=1_000_000)] | None = Field(
        default=500,
        description="Steps between checkpoints within an epoch, from which an interrupted job "
        "goes on; null: at the ends of epochs only.",
    )
    batching: Literal["length", "random"] = Field(
        default="length",
        description="length: texts of similar length share a batch, which saves padding; random: "
        "no matter how long.",
    )
    train_batch_tokens: Annotated[Integer, Field(ge=8, le=10_000_000)] | None = Field(
        default=None,
        description="Tokens per step of training, padding included; instead of train_batch_size.",
    )
    lora_rank: Annotated[Integer, Field(ge=1, le=1024)] = Field(
        default=8, description="Rank of the matrices that the method lora trains."
    )
    lora_alpha: Annotated[Integer, Field(ge=1, le=10_000)] = Field(
        default=16, description="LoRA's scale: what it adds counts lora_alpha / lora_rank."
    )
    lora_dropout: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=0.1, description="Dropout of LoRA's input."
    )

    @property
    def given(self) -> dict[str, Any]:
        """Those that were given, defaults left out."""
        return self.model_dump(exclude_unset=True)


def merged(*layers: dict[str, Any]) -> dict[str, Any]:
    """The defaults, overridden by each of `layers` in turn: complete, values as they came.

    The two ways to give the warm-up exclude each other, so a layer that gives one unsets the
    other of the layers before; likewise a batch's size in rows unsets one in tokens.
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
