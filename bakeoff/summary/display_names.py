"""What people call candidates: their keys are long and hold a hash."""

from collections.abc import Sequence


def candidate_labels(candidates: Sequence[tuple[str, str]]) -> list[str]:
    """Of each (candidate, model) the model's name, or where two have the same, what tells them
    apart. For tables, which have the method beside it."""
    models = [short_model_name(model) for _, model in candidates]
    return _told_apart(models, [candidate for candidate, _ in candidates])


def candidate_names(candidates: Sequence[tuple[str, str, str]]) -> list[str]:
    """Of each (candidate, model, method) a name for a sentence: the model's, with the method if
    the model is there several times, or the candidate's key if that does not tell them apart."""
    models = [short_model_name(model) for _, model, _ in candidates]
    with_methods = [
        f"{model} ({method})" for model, (_, _, method) in zip(models, candidates, strict=True)
    ]
    names = _told_apart(with_methods, [candidate for candidate, _, _ in candidates])
    return _told_apart(models, names)


def short_model_name(model: str) -> str:
    """Of an S3 URI the last part, as the rest of it tells a reader little."""
    return model.rstrip("/").rsplit("/", 1)[-1] if model.startswith("s3://") else model


def _told_apart(names: Sequence[str], otherwise: Sequence[str]) -> list[str]:
    """Each name that is there once; of the others what is in the place of it."""
    return [
        name if names.count(name) == 1 else other
        for name, other in zip(names, otherwise, strict=True)
    ]
