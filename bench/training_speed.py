"""Training speed of a candidate against the original recipe, alternating within one run.

    python -m bench.training_speed                     speed and memory
    python -m bench.training_speed --seeds 3           and the accuracy of both, over 3 seeds

Both train the same model on the same rows with the same number of updates. Their updates alternate,
so that other load on the machine slows both.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import numpy as np
import torch
from transformers import set_seed
from transformers.utils import logging

from bench.candidate import BATCH_ROWS, OriginalRecipe, config_for, minilm_folder, random_batches
from bench.reviews import prepared_reviews
from bench.turns import RECIPES, InTurns, SampledBatches
from fine_tuning.batches import Batches
from fine_tuning.fine_tune import batches_of, build_trainer, load_model
from fine_tuning.row_trainer import RowTrainer
from job import hardware
from job.training_report import epoch_history
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.tokenised_rows import TokenisedRows


@dataclass
class Side:
    """The measurements of one recipe; `seconds` has one entry per update."""

    rows: int
    tokens: int
    """Without padding."""
    padded_tokens: int
    seconds: list[float]
    cpu_seconds: list[float]

    @property
    def total_seconds(self) -> float:
        return sum(self.seconds)


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if options.only:
        print(_peak_bytes_here(options))
        return
    document: dict[str, Any] = {
        "device": hardware.device_name(),
        "precision": hardware.precision(),
        "rows": options.rows,
        "dataset": "made up" if options.dataset is None else options.dataset.name,
    }
    if options.updates:
        document |= _speed(options)
        # In separate processes, after the memory of this one is freed.
        gc.collect()
        if options.memory:
            document["peak_bytes"] = {name: _peak_bytes(name, options) for name in RECIPES}
        _print_speed(document)
    if options.seeds:
        document["accuracy"] = _accuracies(options)
        _print_accuracies(document["accuracy"]["recipes"])
    if options.json:
        options.json.write_text(json.dumps(document, indent=1))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--dataset",
        type=Path,
        help="folder with train and test as Parquet (text, label); default: made-up reviews",
    )
    parser.add_argument("--rows", type=int, default=2000, help="rows of an epoch")
    parser.add_argument("--max-length", type=int, default=512, help="tokens")
    parser.add_argument(
        "--updates", type=int, default=12, help="updates to time, of all lengths; 0: no speed"
    )
    parser.add_argument(
        "--memory",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="also measure peak memory, each recipe in a process of its own",
    )
    parser.add_argument(
        "--matrix-size", type=int, default=2048, help="rows of the matrices that time a product"
    )
    parser.add_argument("--seeds", type=int, default=0, help="seeds to compare accuracy with")
    parser.add_argument(
        "--accuracy-rows", type=int, default=2000, help="training rows, for accuracy"
    )
    parser.add_argument("--accuracy-length", type=int, default=64, help="tokens")
    parser.add_argument("--accuracy-test-rows", type=int, default=1000)
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--only", choices=RECIPES, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _speed(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder, length = Path(name), options.max_length
        counts = {"train": options.rows, "test": 64}
        rows = prepared_reviews(options.dataset, folder, counts, length)
        epoch = batches_of(rows["train"], config_for(0, length))
        sampled = SampledBatches(epoch, rows["train"], options.updates)
        chosen = np.concatenate(sampled.chosen)
        original = OriginalRecipe(rows["train"], 0, length, len(sampled))
        # The first update of a process also initialises what later ones reuse.
        original.step(chosen[:2])
        turns = InTurns(original, list(random_batches(chosen, seed=0)), options.matrix_size)
        trainer = _trainer(0, rows, length, folder, sampled)
        trainer.add_callback(turns)
        trainer.train()
        tokens = int(rows["train"].lengths[chosen].sum())
    padded = {
        "original": len(chosen) * length,
        "bakeoff": trainer.progress.padded_tokens,
    }
    return {
        "updates": len(sampled),
        "sides": {
            name: asdict(
                Side(
                    len(chosen), tokens, padded[name], turns.seconds[name], turns.cpu_seconds[name]
                )
            )
            for name in RECIPES
        },
        "epoch_padding_share": _padding_share(epoch, rows["train"]),
        "ratio": sum(turns.seconds["original"]) / sum(turns.seconds["bakeoff"]),
        "cpu_ratio": sum(turns.cpu_seconds["original"]) / sum(turns.cpu_seconds["bakeoff"]),
        "matrix_product_flops": median(turns.peaks),
        "flops_per_token": 6 * _matrix_weights(original.model),
    }


def _trainer(
    seed: int,
    rows: dict[str, TokenisedRows],
    max_length: int,
    folder: Path,
    batches: Any = None,
) -> RowTrainer:
    set_seed(seed)
    config = config_for(seed, max_length)
    tokenizer = load_prepared_tokenizer(minilm_folder(), allow_remote_code=False)
    model = load_model(minilm_folder(), config, tokenizer, allow_remote_code=False)
    splits = {"train": rows["train"], "validation": rows["test"]}
    return build_trainer(config, model, tokenizer, splits, folder / "checkpoints", batches)


def _padding_share(batches: Batches, rows: TokenisedRows) -> float:
    """The share of padding among all tokens of the first epoch."""
    padded = sum(len(batch) * rows.lengths[batch].max() for batch in batches.of_epoch(0))
    return 1 - float(rows.lengths.sum() / padded)


def _matrix_weights(model: torch.nn.Module) -> int:
    """Number of weights in the encoder's linear layers, which each token is multiplied with."""
    return sum(
        module.weight.numel()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and "encoder" in name
    )


def _peak_bytes(recipe: str, options: argparse.Namespace) -> int:
    """Peak memory of a process that only trains by this recipe."""
    command = [sys.executable, "-m", "bench.training_speed", "--only", recipe]
    command += ["--rows", str(options.rows), "--max-length", str(options.max_length)]
    command += [] if options.dataset is None else ["--dataset", str(options.dataset)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.splitlines()[-1])


def _peak_bytes_here(options: argparse.Namespace) -> int:
    """Peak memory of two updates in this process."""
    with tempfile.TemporaryDirectory() as folder:
        rows = prepared_reviews(
            options.dataset,
            Path(folder),
            {"train": options.rows, "test": 2},
            options.max_length,
        )
        # The first update creates AdamW's state; the second, on the longest rows, needs most.
        by_length = np.argsort(-rows["train"].lengths)
        longest = [by_length[-2:], by_length[:BATCH_ROWS]]
        if options.only == "original":
            original = OriginalRecipe(rows["train"], 0, options.max_length, 2)
            for batch in longest:
                original.step(batch)
        else:
            config = config_for(0, options.max_length)
            sampled = SampledBatches(batches_of(rows["train"], config), rows["train"], 1)
            sampled.chosen = longest
            _trainer(0, rows, options.max_length, Path(folder), sampled).train()
    return _high_water_bytes()


def _high_water_bytes() -> int:
    """Peak memory of this process; on Linux, getrusage would include its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _accuracies(options: argparse.Namespace) -> dict[str, Any]:
    """Test accuracy after one epoch, for each recipe and seed, and the seconds of the whole job."""
    found: dict[str, Any] = {name: {"accuracy": [], "job_seconds": []} for name in RECIPES}
    counts = {"train": options.accuracy_rows, "test": options.accuracy_test_rows}
    max_length = options.accuracy_length
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory() as folder:
            rows = prepared_reviews(options.dataset, Path(folder), counts, max_length)
            for name, train in (("original", _train_original), ("bakeoff", _train_bakeoff)):
                began = time.perf_counter()
                accuracy = train(seed, rows, max_length, Path(folder))
                found[name]["job_seconds"].append(time.perf_counter() - began)
                found[name]["accuracy"].append(accuracy)
                print(f"seed {seed} {name}: {accuracy:.3f}", flush=True)
    return {"max_length": max_length, **counts, "recipes": found}


def _train_original(
    seed: int, rows: dict[str, TokenisedRows], max_length: int, folder: Path
) -> float:
    batches = list(random_batches(np.arange(len(rows["train"])), seed))
    original = OriginalRecipe(rows["train"], seed, max_length, len(batches))
    for batch in batches:
        original.step(batch)
    return original.accuracy(rows["test"])


def _train_bakeoff(
    seed: int, rows: dict[str, TokenisedRows], max_length: int, folder: Path
) -> float:
    trainer = _trainer(seed, rows, max_length, folder)
    trainer.train()
    return epoch_history(trainer.state.log_history)[-1]["accuracy"]


def _print_speed(document: dict[str, Any]) -> None:
    peak, per_token = document["matrix_product_flops"], document["flops_per_token"]
    sides = {name: Side(**side) for name, side in document["sides"].items()}
    print(f"\n{document['device']}, {document['precision']}, {document['updates']} updates")
    _print_row("", list(RECIPES))
    for title, shown in {
        "rows/s": lambda side: f"{side.rows / side.total_seconds:.2f}",
        "tokens/s, no padding": lambda side: f"{side.tokens / side.total_seconds:.0f}",
        "padding": lambda side: f"{1 - side.tokens / side.padded_tokens:.1%}",
        "share of bf16 peak": lambda side: (
            f"{side.tokens * per_token / side.total_seconds / peak:.1%}"
        ),
        "CPU seconds": lambda side: f"{sum(side.cpu_seconds):.1f}",
    }.items():
        _print_row(title, [shown(sides[name]) for name in RECIPES])
    if "peak_bytes" in document:
        peaks = [f"{document['peak_bytes'][name] / 1e6:.0f}" for name in RECIPES]
        _print_row("peak memory, MB", peaks)
    print(f"bf16 product of 2048-cubed matrices: {peak / 1e9:.0f} GFLOP/s")
    print(f"padding of an epoch of {document['rows']} rows: {document['epoch_padding_share']:.1%}")
    print(f"ratio of rows/s: {document['ratio']:.2f}, of CPU seconds: {document['cpu_ratio']:.2f}")


def _print_accuracies(found: dict[str, dict[str, list[float]]]) -> None:
    _print_row("", list(RECIPES))
    for title, values in (("accuracy", "accuracy"), ("whole job, s", "job_seconds")):
        _print_row(title, [_spread(found[name][values]) for name in RECIPES])


def _print_row(title: str, cells: list[str]) -> None:
    print(f"{title:24}" + "".join(f"{cell:>14}" for cell in cells), flush=True)


def _spread(values: list[float]) -> str:
    spread = stdev(values) if len(values) > 1 else 0.0
    return f"{mean(values):.3f}±{spread:.3f}"


if __name__ == "__main__":
    main()
