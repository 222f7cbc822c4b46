"""A network as a file that ONNX Runtime reads."""

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic

from exporting.graphs import Graph
from prediction.onnx_model import OUTPUT, open_graph, run_graph
from prediction.saved_folder import FolderError

OPSET = 18
"""The version of ONNX's operators; ONNX Runtime reads it since 1.14."""
# Rounding differs between two libraries; a wrong graph is farther away.
_TOLERANCE = 1e-3
# A single file may have 2 GB at most.
_SINGLE_FILE_BYTES = 1_500_000_000
_MOST_CHARACTERS = 300


def write_graph(graph: Graph, path: Path) -> None:
    """Write the network, for batches of any number of rows and tokens.

    Raises FolderError if it cannot be written as a graph, or if the graph computes something else.
    """
    names = [*graph.example]
    axes = tuple({0: "rows", 1: "tokens"} for _ in names)
    network = graph.network.eval()
    # First, since what a network finds out with its first batch cannot be traced.
    checks = [(batch, _outputs(network, batch)) for batch in _batches(graph)]
    try:
        with warnings.catch_warnings(), _quiet_exporter():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                network,
                tuple(graph.example.values()),
                input_names=names,
                output_names=[OUTPUT],
                dynamic_shapes=(axes,),
                opset_version=OPSET,
                dynamo=True,
                verbose=False,
            )
    except Exception as error:
        raise FolderError(f"torch cannot write this model as ONNX: {_reason(error)}") from error
    assert program is not None
    _forget_sources(program.model)
    program.save(path)
    _check(checks, path)


def _forget_sources(model: Any) -> None:
    """Takes away which lines of which files made each node: they name folders of this machine, and
    in a small model are half of the file."""
    for node in model.graph.all_nodes():
        node.metadata_props.clear()
        for value in node.outputs:
            value.metadata_props.clear()


def _batches(graph: Graph) -> list[Mapping[str, torch.Tensor]]:
    """All rows of the example together, and the first ones alone, cut by a token."""
    number = 2 if graph.use.reads_apart else 1
    first = {name: each[:number, : each.shape[1] - 1] for name, each in graph.example.items()}
    return [graph.example, first]


def _outputs(network: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> NDArray[np.float32]:
    with torch.inference_mode():
        return np.asarray(network(*batch.values()).float().numpy(), dtype=np.float32)


def _check(
    checks: Sequence[tuple[Mapping[str, torch.Tensor], NDArray[np.float32]]], path: Path
) -> None:
    session = open_graph(path)
    for batch, wanted in checks:
        found = run_graph(session, {name: each.numpy() for name, each in batch.items()})
        difference = float(np.abs(found - wanted).max())
        if not difference <= _TOLERANCE * max(1.0, float(np.abs(wanted).max())):
            raise FolderError(
                f"the exported graph computes something else: its logits are {difference:.3g} away "
                "from those of the original."
            )


def _reason(error: BaseException) -> str:
    """The first line of what was wrong at first."""
    while error.__cause__ is not None:
        error = error.__cause__
    line = (str(error).strip().splitlines() or [""])[0][:_MOST_CHARACTERS]
    return f"{type(error).__name__}: {line}"


def quantise(source: Path, target: Path) -> None:
    """Write the graph again with the weights of matrix products and embeddings in 8 bits.

    Activations become 8 bits while it computes, by the range of each batch, so no rows are needed
    to measure them.
    """
    with _quiet_exporter():
        quantize_dynamic(
            source,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            use_external_data_format=folder_bytes(source.parent) > _SINGLE_FILE_BYTES,
        )


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Without what the exporting libraries log: it names what they lack, not what goes wrong."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
