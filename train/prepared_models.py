"""Each candidate's model and tokens in the content store: found there, or made and put there."""

import shutil
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from documents.manifest import ModelEntry
from documents.preparation_request import RequestedCandidate
from limits.full_disk import is_full_disk
from limits.limited_process import LimitedProcesses, ProcessFailedError
from model.model_facts import ModelFacts, max_length
from model.model_files import ModelError
from model.model_snapshot import ModelSource, fetch, identity_of, is_place, is_weights, pin
from snapshot.dataset_snapshot import Snapshot
from storage.content_store import ContentStore, Stored, content_key
from storage.error_text import in_words
from storage.fetch_progress import FetchProgress
from storage.hub import Hub, refusal
from tokeniser.token_files import LENGTHS, NOTES, Lengths, read_lengths, read_notes
from trial.model_process import (
    Patience,
    TokensWanted,
    TrialWanted,
    needed_bytes,
    size_bytes,
    snapshot_facts,
    tokenise_and_try,
)
from trial.trial_file import TRIAL_ROWS

# While one is tokenised, others are fetched; each takes its size on the disk.
_MODELS_AT_ONCE = 3
# What libraries, tokens of a batch and the numbers between a model's layers take.
_LEAST_MEMORY_BYTES = 2 * 2**30
# Of texts as Python has them, and of all that a tokeniser makes of them.
_MEMORY_PER_CHARACTER = 8
# Tokenising some thousand rows, or computing a few, takes seconds.
_PATIENCE_SECONDS = 300.0

_ONLY_STATIC = (
    "It has static embeddings, a vector for each token, and no layers to train or to read: give it "
    "the method static."
)

HOSTED_MAX_LENGTH = 512
"""Tokens after which hosted models' texts are cut, if the request says nothing; they could read far
more, for far more money. The bound of the run's cost rests on it."""

DISK_FULL = (
    "The disk of the preparation job is full. Raise the deployment's setting processing_volume_gb "
    "(on your own machine: free some space), or compare fewer models at once."
)


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

    key: str
    stored: Stored
    facts: ModelFacts
    folder: Path
    """For its files on this disk, which need not be there."""


@dataclass(frozen=True)
class _Rows:
    """A snapshot of the data, and the folder that it is in."""

    snapshot: Snapshot
    folder: Path

    @property
    def fingerprint(self) -> str:
        return self.snapshot.fingerprint

    @property
    def characters(self) -> int:
        """The length of all texts."""
        return sum(
            len(text)
            for split in self.snapshot.splits.values()
            for texts in (split.texts, split.text_pairs or ())
            for text in texts
        )


@dataclass(frozen=True)
class ModelPreparation:
    """Models, and the tokens that they make of one snapshot of the data."""

    store: ContentStore
    hub: Hub
    processes: LimitedProcesses
    scratch: Path
    """For temporary files."""
    made_with: Mapping[str, str]
    """What else shapes snapshots and tokens, and is part of their keys: versions, code."""
    workers: int
    allow_remote_code: bool
    faults: Mapping[str, str] = field(default_factory=dict)
    """Why candidates cannot take part whatever their models are, by candidate."""
    progress: FetchProgress = field(default_factory=FetchProgress)
    patience: Patience = field(default_factory=lambda: Patience(_PATIENCE_SECONDS))
    _tokenising: dict[str, Lock] = field(default_factory=dict, init=False)
    """By key: two models with one tokeniser make the same tokens, once."""

    def prepare(
        self, candidates: Sequence[RequestedCandidate], rows: Snapshot, folder: Path
    ) -> list[PreparedModel]:
        """One outcome for each candidate, in order; failures are reported, and the others go on.

        `folder` is the one that the rows are in.
        """
        groups: dict[tuple[str, str | None], list[RequestedCandidate]] = {}
        at_fault = [each for each in candidates if each.candidate in self.faults]
        for candidate in candidates:
            if candidate in at_fault or candidate.is_hosted:
                continue
            groups.setdefault((candidate.model, candidate.revision), []).append(candidate)
        folders = [self.scratch / str(number) for number in range(len(groups))]
        with ThreadPoolExecutor(_MODELS_AT_ONCE) as pool:
            prepared = pool.map(
                lambda group, scratch: self._group(group, _Rows(rows, folder), scratch),
                groups.values(),
                folders,
            )
            outcomes = {model.entry.candidate: model for group in prepared for model in group}
        for candidate in at_fault:
            reason = self.faults[candidate.candidate]
            outcomes[candidate.candidate] = _failed(candidate, candidate.revision, reason)
        for candidate in candidates:
            if candidate.is_hosted and candidate not in at_fault:
                outcomes[candidate.candidate] = _hosted(candidate)
        return [outcomes[candidate.candidate] for candidate in candidates]

    def _group(
        self, candidates: Sequence[RequestedCandidate], rows: _Rows, scratch: Path
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
        rows: _Rows,
        scratch: Path,
    ) -> PreparedModel:
        facts = snapshot.facts
        length = max_length(facts.own_max_length, candidate.hyperparameters.max_length)
        try:
            if facts.is_static and candidate.method != "static":
                raise ModelError(_ONLY_STATIC)
            if facts.head_fault is not None and candidate.trains_head:
                raise ModelError(facts.head_fault)
            key = content_key(
                "tokenised", rows.fingerprint, facts.tokeniser, length, self.made_with
            )
            folder = scratch / f"{length}"
            with self._tokenising.setdefault(key, Lock()):
                stored = self._tokens(key, snapshot, rows, length, folder, candidate.method)
            lengths, notes = read_lengths(folder / LENGTHS), read_notes(folder / NOTES)
        except Exception as error:
            return _failed(candidate, revision, _reason(candidate.model, error))
        entry = ModelEntry(
            candidate.candidate,
            candidate.model,
            revision,
            max_length=length,
            num_parameters=facts.num_parameters,
            encoder_parameters=facts.encoder_parameters,
            snapshot_prefix=self.store.key_prefix(snapshot.stored),
            tokenised_prefix=self.store.key_prefix(stored),
            entails=facts.entails,
            warnings=[*facts.warnings, *notes],
        )
        return PreparedModel(entry, lengths)

    def _snapshot(self, source: ModelSource, scratch: Path) -> _Snapshot:
        # Its name becomes that of the model's own code, if it has some, for all processes.
        folder = scratch / f"model-{scratch.name}"
        identity = identity_of(source)
        # A model that needs code of its own must not be found where such code is not allowed.
        key = content_key("models", identity, self.allow_remote_code, self.made_with)
        stored = self.store.find(key)
        if stored is not None:
            return _Snapshot(key, stored, ModelFacts(**stored.facts), folder)
        scratch.mkdir(parents=True, exist_ok=True)
        fetched = fetch(source, self.hub, scratch, self.progress)
        facts = self.processes.run(
            snapshot_facts,
            fetched,
            folder,
            scratch,
            self.patience,
            self.allow_remote_code,
            memory_bytes=_LEAST_MEMORY_BYTES + needed_bytes(size_bytes(fetched.place)),
        )
        if identity_of(source) != identity:
            # Otherwise files of another version would be stored under this one's key.
            raise ModelError(
                f"{source.model} changed while it was fetched: upload the request again when no "
                "more files are written there."
            )
        print(f"bakeoff fetched model={source.model}", flush=True)
        return _Snapshot(key, self.store.put(key, folder, vars(facts)), facts, folder)

    def _tokens(
        self,
        key: str,
        snapshot: _Snapshot,
        rows: _Rows,
        length: int,
        folder: Path,
        method: str,
    ) -> Stored:
        """The tokens in the store, after the model was tried on some; `folder` gets LENGTHS."""
        stored = self.store.find(key)
        labels = rows.snapshot.labels
        # A table of vectors has been read whole, and has no layers to be tried.
        trial = (
            None
            if snapshot.facts.is_static
            else TrialWanted(folder / TRIAL_ROWS, method, labels.task, labels.names, length)
        )
        tried = content_key("trials", snapshot.key, key, method, labels.task, len(labels.names))
        if stored is not None:
            self.store.fetch(stored, folder, lambda name: name in (LENGTHS, NOTES, TRIAL_ROWS))
            if self.store.find(tried) is not None:
                return stored
        if not snapshot.folder.exists():
            # Such a model has been tried before with its weights, if not on these texts.
            self.store.fetch(snapshot.stored, snapshot.folder, lambda name: not is_weights(name))
        wanted_bytes = _LEAST_MEMORY_BYTES + max(
            needed_bytes(size_bytes(snapshot.folder)), rows.characters * _MEMORY_PER_CHARACTER
        )
        memory_bytes = min(wanted_bytes, self.processes.memory_bytes)
        self.processes.run(
            tokenise_and_try,
            snapshot.folder,
            None
            if stored is not None
            else TokensWanted(rows.folder, labels.task, length, folder, self.workers),
            trial,
            self.patience,
            # The rest is for libraries, and for what is computed with the weights.
            max(memory_bytes - _LEAST_MEMORY_BYTES, memory_bytes // 2),
            self.allow_remote_code,
            memory_bytes=memory_bytes,
        )
        if stored is None:
            print(f"bakeoff tokenised max_length={length} rows={rows.snapshot.rows}", flush=True)
            stored = self.store.put(key, folder)
        nothing = folder / "tried"
        nothing.mkdir(exist_ok=True)
        self.store.put(tried, nothing)
        return stored


def _hosted(candidate: RequestedCandidate) -> PreparedModel:
    """There is nothing to fetch, and how it cuts a text into tokens is not known."""
    length = candidate.hyperparameters.max_length or HOSTED_MAX_LENGTH
    return PreparedModel(ModelEntry(candidate.candidate, candidate.model, None, max_length=length))


def _failed(candidate: RequestedCandidate, revision: str | None, reason: str) -> PreparedModel:
    return PreparedModel(
        ModelEntry(candidate.candidate, candidate.model, revision, status="failed", reason=reason)
    )


def _reason(model: str, error: Exception) -> str:
    if is_full_disk(error):
        return DISK_FULL
    if isinstance(error, ModelError | ProcessFailedError):
        return str(error)
    traceback.print_exception(error)
    refused = None if is_place(model) else refusal(f"The model {model}", error)
    return refused or f"It cannot be prepared: {in_words(error, 500)}."
