"""Why a candidate cannot know what it may answer: by names that say nothing or the same, or of no
numbers."""

from collections.abc import Mapping, Sequence

from documents.preparation_request import RequestedCandidate
from labelling.label_words import why_alike, why_unclear


def fault_of(
    candidate: RequestedCandidate,
    labels: Sequence[str],
    descriptions: Mapping[str, str],
    *,
    has_train: bool,
) -> str | None:
    """A sentence with what to give instead; None if the candidate can take part.

    Args:
        labels: empty in a regression.
        has_train: whether there are rows to learn from.
    """
    alike = why_alike(labels, descriptions)
    if alike is not None and (candidate.reads_label_names or candidate.is_asked):
        return alike
    if candidate.reads_label_names:
        return why_unclear(labels, descriptions)
    if not candidate.is_asked or (has_train and candidate.hyperparameters.prompt_examples != 0):
        return None
    if labels:
        otherwise = "leave out prompt_examples" if has_train else "give rows to train on"
        return why_unclear(labels, descriptions, otherwise)
    if has_train:
        return None
    return (
        "It chooses among numbers between the lowest and the highest of the training rows, and the "
        "data set has none: give dataset.train."
    )
