"""Each candidate's model and tokens in the content store: found there, or made and put there."""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from documents.manifest import ModelEntry
from documents.preparation_request import RequestedCandidate
from model.model_facts import ModelFacts, facts_of
from model.model_snapshot import (
    ModelError,
    ModelSource,
    fetch,
    identity_of,
    is_place,
    is_weights,
    pin,
)
from model.model_tokenizer import max_length
from snapshot.dataset_snapshot import Snapshot
from storage.content_store import ContentStore, Stored, content_key
from storage.hub import Hub, refusal
from tokeniser.text_tokens import NoRoomError
from tokeniser.tokenisation import (
    LENGTHS,
    NOTES,
    Lengths,
    read_lengths,
    read_notes,
    tokenise,
)

# While one is tokenised, others are fetched; each takes its size on the disk.
_MODELS_AT_ONCE = 3


@dataclass(frozen=True)
class PreparedModel:
    """A candidate's outcome."""

    entry: ModelEntry
    """For the manifest."""
    lengths: Lengths = field(default_factory=dict)
    """By split, the tokens of each row before truncation."""


@dataclass(frozen=True)
class _Snapshot:
    """A model in the store."""

    stored: Stored
    facts: ModelFacts
    folder: Path
    """For its files on this disk, which need not be there."""


@dataclass(frozen=True)
class ModelPreparation:
    """Models, and the tokens that they make of one snapshot of the data."""

    store: ContentStore
    hub: Hub
    scratch: Path
    """For temporary files."""
    made_with: Mapping[str, str]
    """What else shapes snapshots and tokens, and is part of their keys: versions, code."""
    workers: int
    allow_remote_code: bool
    # The library sets things for the whole process while it loads: one thing at a time.
    _library: Lock = field(default_factory=Lock, init=False)
    _tokenising: dict[str, Lock] = field(default_factory=dict, init=False)
    """By key: two models with one tokeniser make the same tokens, once."""

    def prepare(
        self, candidates: Sequence[RequestedCandidate], rows: Snapshot
    ) -> list[PreparedModel]:
        """One outcome for each candidate, in order; failures are reported, and the others go on."""
        groups: dict[tuple[str, str | None], list[RequestedCandidate]] = {}
        for candidate in candidates:
            groups.setdefault((candidate.model, candidate.revision), []).append(candidate)
        folders = [self.scratch / str(number) for number in range(len(groups))]
        with ThreadPoolExecutor(_MODELS_AT_ONCE) as pool:
            prepared = pool.map(
                lambda group, folder: self._group(group, rows, folder), groups.values(), folders
            )
            outcomes = {model.entry.candidate: model for group in prepared for model in group}
        return [outcomes[candidate.candidate] for candidate in candidates]

    def _group(
        self, candidates: Sequence[RequestedCandidate], rows: Snapshot, scratch: Path
    ) -> list[PreparedModel]:
        """The candidates of one model, which is fetched once."""
        model, revision = candidates[0].model, candidates[0].revision
        try:
            source = pin(model, revision, self.hub)
            revision = source.commit or revision
            snapshot = self._snapshot(source, scratch)
        except Exception as error:
            reason = _reason(model, error)
            outcomes = [_failed(candidate, revision, reason) for candidate in candidates]
        else:
            outcomes = [self._one(each, revision, snapshot, rows, scratch) for each in candidates]
        shutil.rmtree(scratch, ignore_errors=True)
        for outcome in outcomes:
            entry = outcome.entry
            print(f"bakeoff prepared candidate={entry.candidate} status={entry.status}")
        return outcomes

    def _one(
        self,
        candidate: RequestedCandidate,
        revision: str | None,
        snapshot: _Snapshot,
        rows: Snapshot,
        scratch: Path,
    ) -> PreparedModel:
        facts = snapshot.facts
        length = max_length(facts.own_max_length, candidate.hyperparameters.max_length)
        try:
            key = content_key(
                "tokenised", rows.fingerprint, facts.tokeniser, length, self.made_with
            )
            with self._tokenising.setdefault(key, Lock()):
                folder = scratch / f"{length}"
                stored, lengths = self._tokens(key, snapshot, rows, length, folder)
                notes = read_notes(folder / NOTES)
        except Exception as error:
            return _failed(candidate, revision, _reason(candidate.model, error))
        entry = ModelEntry(
            candidate.candidate,
            candidate.model,
            revision,
            max_length=length,
            num_parameters=facts.num_parameters,
            snapshot_prefix=self.store.key_prefix(snapshot.stored),
            tokenised_prefix=self.store.key_prefix(stored),
            warnings=[*facts.warnings, *notes],
        )
        return PreparedModel(entry, lengths)

    def _snapshot(self, source: ModelSource, scratch: Path) -> _Snapshot:
        folder = scratch / "snapshot"
        identity = identity_of(source)
        # A model that needs code of its own must not be found where such code is not allowed.
        key = content_key("models", identity, self.allow_remote_code, self.made_with)
        stored = self.store.find(key)
        if stored is not None:
            return _Snapshot(stored, ModelFacts(**stored.facts), folder)
        fetch(source, folder, self.hub, scratch)
        if identity_of(source) != identity:
            # Otherwise files of another version would be stored under this one's key.
            raise ModelError(
                f"{source.model} changed while it was fetched: upload the request again when no "
                "more files are written there."
            )
        with self._library:
            facts = facts_of(folder, allow_remote_code=self.allow_remote_code)
        print(f"bakeoff fetched model={source.model}", flush=True)
        return _Snapshot(self.store.put(key, folder, vars(facts)), facts, folder)

    def _tokens(
        self, key: str, snapshot: _Snapshot, rows: Snapshot, length: int, folder: Path
    ) -> tuple[Stored, Lengths]:
        stored = self.store.find(key)
        if stored is not None:
            self.store.fetch(stored, folder, lambda name: name in (LENGTHS, NOTES))
            return stored, read_lengths(folder / LENGTHS)
        if not snapshot.folder.exists():
            self.store.fetch(snapshot.stored, snapshot.folder, lambda name: not is_weights(name))
        lengths = tokenise(
            snapshot.folder,
            rows.splits,
            length,
            folder,
            task=rows.labels.task,
            workers=self.workers,
            allow_remote_code=self.allow_remote_code,
            loading=self._library,
        )
        print(f"bakeoff tokenised max_length={length} rows={rows.rows}", flush=True)
        return self.store.put(key, folder), lengths


def _failed(candidate: RequestedCandidate, revision: str | None, reason: str) -> PreparedModel:
    return PreparedModel(
        ModelEntry(candidate.candidate, candidate.model, revision, status="failed", reason=reason)
    )


def _reason(model: str, error: Exception) -> str:
    if isinstance(error, ModelError | NoRoomError):
        return str(error)
    refused = None if is_place(model) else refusal(f"The model {model}", error)
    return refused or f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
