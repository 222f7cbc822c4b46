"""Initialises a new multi-label head so that it predicts each label's share."""

import numpy as np
import torch
from numpy.typing import NDArray

from fine_tuning.label_scale import output_layer


def start_at_shares(model: torch.nn.Module, labels: NDArray[np.floating]) -> None:
    """Set the bias of the head's last layer to the log-odds of each label among the training rows.

    A new head predicts a probability of one half for every label, although many labels have a few
    per cent. A bias changes by at most the learning rate per step. So for hundreds of steps,
    training would bend the encoder towards predicting the same for every text, and it would lose
    what it has learnt.

    Args:
        model: with a new head; a head without a bias, as in decoders, stays unchanged.
        labels: (rows, labels), 1 where the row has the label, else 0.
    """
    layer = output_layer(model, labels.shape[1])
    if layer is None or layer.bias is None:
        return
    # Add half a row of either kind, so that no label is certain.
    given = labels.sum(axis=0) + 0.5
    odds = given / (len(labels) + 1 - given)
    with torch.no_grad():
        layer.bias.copy_(torch.from_numpy(np.log(odds)))
