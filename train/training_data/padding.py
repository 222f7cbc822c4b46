"""On which side the texts of a batch are made equally long."""

from transformers import PretrainedConfig


def padding_side(config: PretrainedConfig) -> str:
    """On the "left" where the head reads a batch's last position, as XLNet's; else the "right".

    A decoder's head looks for the last token that is no padding. To the left padding would shift
    the positions of its texts, and tokenisers that are made for writing on pad there.
    """
    return "left" if getattr(config, "summary_type", None) == "last" else "right"
