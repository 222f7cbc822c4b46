"""Where a new head starts that gives each label a chance of its own: at the label's share."""

from collections.abc import Collection

import numpy as np
import torch
from numpy.typing import NDArray

from fine_tuning.label_scale import output_layer


def start_at_shares(
    model: torch.nn.Module, new_weights: Collection[str], labels: NDArray[np.floating]
) -> None:
    """Set the bias of the head's last layer to the log-odds of each label among the training rows.

    A head starts with a chance of one half for every label, which is far from the few in a hundred
    that many have. A bias moves by no more than the learning rate in a step, so that for hundreds
    of steps the encoder would be bent to say the same of every text, and lose what it knew.

    Args:
        new_weights: names of those that are not the model's own. Another bias stays as it is, and
            a head without one, as decoders have, too.
        labels: (rows, labels), 1 where the row has the label, else 0.
    """
    layer = output_layer(model, labels.shape[1])
    if layer is None or layer.bias is None:
        return
    name = next(name for name, weight in model.named_parameters() if weight is layer.bias)
    if name not in new_weights:
        return
    # Half a row more of either kind: no label is certain.
    given = labels.sum(axis=0) + 0.5
    odds = given / (len(labels) + 1 - given)
    with torch.no_grad():
        layer.bias.copy_(torch.from_numpy(np.log(odds)))
