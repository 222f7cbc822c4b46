"""Service and training code agree on which methods' models can be exported to ONNX."""

from typing import get_args

import pytest

from bakeoff.methods import BaselineMethod, ModelMethod, has_onnx_graph
from exporting.graphs import NO_GRAPH


@pytest.mark.parametrize("method", [*get_args(ModelMethod), *get_args(BaselineMethod)])
def test_the_report_offers_the_export_of_a_model_that_has_a_graph(method: str) -> None:
    assert has_onnx_graph(method) == (method not in NO_GRAPH)
