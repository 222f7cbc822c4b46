"""How fast two models' data is prepared, and how large it is, compared with the original way.

    python -m bench.prepare_speed [--dataset FOLDER] [--rows N] [--rounds N] [--json FILE]

The original way: one process maps each model's tokeniser over the rows, pads every row to 512
tokens, and saves the data set to disk. Bakeoff's way is all of prepare.py, from the files to the
store: besides tokenising, the snapshot of the rows, the fingerprint, copies and checks of the
models, and the data card. The two alternate, so that other load on the machine affects both.
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import platform
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from bench.folder_objects import FolderObjects

ROWS = {"train": 12_000, "test": 5_000}
MAX_LENGTH = 512
BPE_TOKENS = 30_000
# Of IMDB's reviews: words in the middle one, and the spread of their logarithm.
_MEDIAN_WORDS = 174
_LOG_SPREAD = 0.66
_VOCABULARY = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS["train"], help="of train; test in step")
    parser.add_argument(
        "--dataset",
        type=Path,
        help="folder with train.parquet and test.parquet (text, label); default: made-up reviews",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where the figures are written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.dataset, options.rows, options.rounds)
    _show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measure(folder: Path, dataset: Path | None, train_rows: int, rounds: int) -> dict[str, Any]:
    """Seconds of each round, by way, and the bytes that training reads."""
    # Imported here, so that the first round of neither way includes it.
    importlib.import_module("prepare")
    files = _rows(folder, dataset, train_rows)
    models = _models(folder, files["train"])
    ways: dict[str, Callable[[Path], int]] = {
        "original": lambda place: original_way(files, models, place),
        "bakeoff": lambda place: bakeoff_way(files, models, place),
    }
    figures: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "processor": _processor()},
        "data": "made up" if dataset is None else dataset.name,
        "rows": {split: pq.read_metadata(path).num_rows for split, path in files.items()},
        "models": [model.name for model in models],
        "ways": {name: {"seconds": [], "cpu_seconds": []} for name in ways},
    }
    for number in range(rounds):
        for name, prepare_in in ways.items():
            place = folder / f"{name}-{number}"
            started, cpu_started = time.perf_counter(), _cpu_seconds()
            size = prepare_in(place)
            way = figures["ways"][name]
            way["seconds"].append(time.perf_counter() - started)
            way["cpu_seconds"].append(_cpu_seconds() - cpu_started)
            way["bytes"] = size
            shutil.rmtree(place)
    original, ours = figures["ways"]["original"], figures["ways"]["bakeoff"]
    figures["ratio"] = {
        **{
            kind: statistics.median(
                before / after for before, after in zip(original[kind], ours[kind], strict=True)
            )
            for kind in ("seconds", "cpu_seconds")
        },
        "bytes": original["bytes"] / ours["bytes"],
    }
    return figures


def original_way(files: dict[str, Path], models: list[Path], place: Path) -> int:
    """Returns the bytes of the tokens, without the texts."""
    import datasets
    from transformers import AutoTokenizer

    datasets.disable_progress_bars()
    for model in models:
        tokenizer = AutoTokenizer.from_pretrained(model)
        for split, path in files.items():
            rows = datasets.load_dataset(
                "parquet", data_files=str(path), split="train", cache_dir=str(place / "cache")
            )
            tokens = rows.map(
                lambda batch, tokenizer=tokenizer: tokenizer(
                    batch["text"], padding="max_length", truncation=True, max_length=MAX_LENGTH
                ),
                batched=True,
                remove_columns=["text"],
                load_from_cache_file=False,
            )
            tokens.save_to_disk(place / "saved" / model.name / split)
    return _bytes(place / "saved")


def bakeoff_way(files: dict[str, Path], models: list[Path], place: Path) -> int:
    """Returns the bytes of the tokens, and of the lengths that lie beside them."""
    import prepare

    place.mkdir()
    (place / "request.json").write_text(json.dumps(_request(files, models)))
    arguments = [
        *("--request", str(place / "request.json")),
        *("--output", str(place / "prepared")),
        *("--cache", str(place / "scratch")),
        *("--store", str(place / "store")),
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        status = prepare.main(arguments, {"SAGEMAKER_BASE_DIR": str(place)}, FolderObjects)
    manifest = json.loads((place / "prepared" / "manifest.json").read_text())
    outcomes = [(model["status"], model["reason"]) for model in manifest["models"]]
    if status != 0 or any(outcome != ("ready", None) for outcome in outcomes):
        raise RuntimeError(f"prepare.py ended with {status}: {outcomes}")
    return _bytes(place / "store" / "tokenised")


def _request(files: dict[str, Path], models: list[Path]) -> dict[str, Any]:
    """A resolved request; the validation rows are cut from the same train rows."""
    splits = {split: str(files[split]) if split in files else None for split in _SPLITS}
    return {
        "schema_version": 2,
        "dataset": {
            "id": str(files["train"]),
            "config": None,
            "revision": None,
            "splits": dict.fromkeys(_SPLITS),
            "files": splits,
        },
        "text": ["text"],
        "label": ["label"],
        "label_delimiter": None,
        "task": None,
        "positive_label": None,
        "drop_leaked": True,
        "max_train_rows": None,
        "max_test_rows": None,
        "validation_fraction": 0.1,
        "test_fraction": 0.2,
        "split_seed": 42,
        "candidates": [
            {
                "candidate": model.name,
                "model": str(model),
                "revision": None,
                "method": "full",
                "hyperparameters": {"max_length": MAX_LENGTH},
            }
            for model in models
        ],
    }


_SPLITS = ("train", "validation", "test")


def _rows(folder: Path, dataset: Path | None, train_rows: int) -> dict[str, Path]:
    """Text and label, as Parquet: the real reviews, or texts with their lengths."""
    files = {}
    for split, most in ROWS.items():
        count = round(most * train_rows / ROWS["train"])
        if dataset is None:
            table = _synthetic(count, np.random.default_rng([count, len(split)]))
        else:
            table = pq.read_table(dataset / f"{split}.parquet", columns=["text", "label"])
            table = table.slice(0, count)
        files[split] = folder / f"{split}.parquet"
        pq.write_table(table, files[split])
    return files


def _synthetic(count: int, chance: np.random.Generator) -> pa.Table:
    letters = np.random.default_rng(0).integers(97, 123, (_VOCABULARY, 12), dtype=np.uint8)
    sizes = np.random.default_rng(1).integers(2, 12, _VOCABULARY)
    words = [bytes(row[:size]).decode() for row, size in zip(letters, sizes, strict=True)]
    # Words recur as they do in a language: the next one in rank is rarer by its rank.
    share = 1 / np.arange(1, _VOCABULARY + 1)
    lengths = np.exp(chance.normal(np.log(_MEDIAN_WORDS), _LOG_SPREAD, count)).astype(int) + 5
    texts = [
        " ".join(words[word] for word in chance.choice(_VOCABULARY, size, p=share / share.sum()))
        for size in lengths
    ]
    return pa.table({"text": texts, "label": pa.array(np.arange(count) % 2)})


def _models(folder: Path, train: Path) -> list[Path]:
    """MiniLM, with a WordPiece vocabulary, and a tiny model with byte pairs as RoBERTa's."""
    from tokenizers import ByteLevelBPETokenizer, processors
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaModel

    from bench.candidate import minilm_folder

    minilm = Path(shutil.copytree(minilm_folder(), folder / "minilm"))
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    byte_pairs = ByteLevelBPETokenizer()
    texts = pq.read_table(train)["text"].to_pylist()[:4000]
    byte_pairs.train_from_iterator(texts, BPE_TOKENS, show_progress=False, special_tokens=special)
    byte_pairs.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_pairs._tokenizer,
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "attention_mask"],
        **dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), special, strict=False)),
    )
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=MAX_LENGTH + 2,
        pad_token_id=1,
    )
    RobertaModel(config).save_pretrained(folder / "byte-pairs")
    tokenizer.save_pretrained(folder / "byte-pairs")
    return [minilm, folder / "byte-pairs"]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _cpu_seconds() -> float:
    """CPU seconds of this process and its children, all threads."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _show(figures: dict[str, Any]) -> None:
    rows = figures["rows"]
    counts = f"{rows['train']} + {rows['test']} rows of {figures['data']}"
    title = f"{counts}, two models, to {MAX_LENGTH} tokens"
    table = Table(title=title)
    for column in ("", "seconds (median)", "CPU seconds (median)", "MB of tokens"):
        table.add_column(column, justify="left" if not column else "right")
    for name, way in figures["ways"].items():
        seconds, cpu = (statistics.median(way[kind]) for kind in ("seconds", "cpu_seconds"))
        table.add_row(name, f"{seconds:.2f}", f"{cpu:.2f}", f"{way['bytes'] / 1e6:.1f}")
    ratio = figures["ratio"]
    table.add_row("ratio", *(f"{ratio[kind]:.1f}" for kind in ("seconds", "cpu_seconds", "bytes")))
    Console().print(table)


if __name__ == "__main__":
    main()
