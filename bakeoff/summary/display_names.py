"""Names of candidates for people: short, and distinct within a run.

Candidates' keys are unique, but hold a hash. This is the only place that shortens names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bakeoff.methods import is_baseline
from bakeoff.request.resolved import Candidate
from bakeoff.summary.candidate import CandidateSummary

# With more differences than this a name would be longer than the key.
_MAX_DIFFERENCES = 2


@dataclass(frozen=True)
class _Named:
    """What a name is made from."""

    key: str
    model: str
    """As the request named it."""
    method: str
    settings: Mapping[str, object]


def display_names(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Each candidate's name, by its key.

    - A model is called by the last part of its id, folder or URI, and by more parts where others
      have the same: `bert-base` for `google/bert-base`, `a/checkpoint-500` beside
      `b/checkpoint-500`.
    - Candidates of one model add their method: `bert-base (lora)`.
    - Candidates of one model and method add the revision or the hyperparameters in which they
      differ: `bert-base (full, epochs 3)`. Where these are many, the key is the name.
    """
    return _names(
        [
            _Named(
                each.candidate,
                each.requested_as,
                each.method,
                {"revision": each.revision, **each.hyperparameters.model_dump()},
            )
            for each in candidates
        ]
    )


def names_over_runs(candidates: Sequence[CandidateSummary]) -> dict[str, str]:
    """Like `display_names` for the candidates of several runs.

    Candidates with the same key are the same one. Others never share a name, even where each is
    called so in its own run.
    """
    by_key = {each.candidate: each for each in candidates}
    return _names(
        [
            _Named(key, each.requested_as, each.method, each.hyperparameters)
            for key, each in by_key.items()
        ]
    )


def _names(candidates: Sequence[_Named]) -> dict[str, str]:
    by_model: dict[str, list[_Named]] = defaultdict(list)
    for candidate in candidates:
        by_model[candidate.model].append(candidate)
    models = _model_names({text: is_baseline(own[0].method) for text, own in by_model.items()})
    names = {
        candidate.key: _name(models[text], candidate, own)
        for text, own in by_model.items()
        for candidate in own
    }
    if len(set(names.values())) < len(names):
        # An id can be written such that it looks like another one with its method.
        return {key: key for key in names}
    return names


def _model_names(models: Mapping[str, bool]) -> dict[str, str]:
    """The shortest distinct endings of the models' texts.

    `models` says of each text whether it is a baseline's, which stays as it is.
    """
    by_last: dict[str, list[str]] = defaultdict(list)
    for text, is_whole in models.items():
        by_last[text if is_whole else _parts(text)[-1]].append(text)
    names: dict[str, str] = {}
    for last, texts in by_last.items():
        endings = [last] if len(texts) == 1 else _distinct_endings(texts)
        names.update(zip(texts, endings, strict=True))
    return names


def _distinct_endings(texts: Sequence[str]) -> list[str]:
    """Each text's last parts, the same number of each; the whole texts if no number of parts makes
    them distinct."""
    parts = [_parts(text) for text in texts]
    for count in range(2, max(map(len, parts)) + 1):
        endings = ["/".join(each[-count:]) for each in parts]
        if len(set(endings)) == len(endings):
            return endings
    return list(texts)


def _parts(text: str) -> list[str]:
    """The parts of a hub id, a path or a URI, without empty ones and `.`; at least one."""
    parts = [part for part in text.removeprefix("s3://").split("/") if part not in ("", ".")]
    return parts or [text]


def _name(model: str, candidate: _Named, same_model: Sequence[_Named]) -> str:
    if len(same_model) == 1:
        return model
    same_method = [each for each in same_model if each.method == candidate.method]
    if len(same_method) == 1:
        return f"{model} ({candidate.method})"
    own = candidate.settings
    differing = [
        name for name in own if any(each.settings.get(name) != own[name] for each in same_method)
    ]
    if not 0 < len(differing) <= _MAX_DIFFERENCES:
        return candidate.key
    given = [f"{name} {own[name]}" for name in differing if own[name] is not None]
    return f"{model} ({', '.join([candidate.method, *given])})"
