"""Compare NLP models on your own data.

The packages follow a request through a run, and imports go one way, from the last to the first:

request      reads an upload, validates it and fills in the defaults
prepared     the outcome of preparing the data and the models
jobs         the SageMaker jobs of a run, and the result of each
cost         prices, the budget and the estimate
summary      the summary document and the columns of the result tables
statistics   intervals and tests from the predictions
comparison   ranks the candidates, builds the summary and words the verdict
report       draws the summary as one HTML page
card         writes the model card of a trained model
client       sends requests, follows runs and fetches results; the one package that talks to AWS
api          the Python API, which this module offers: `bakeoff.load`, `run`, `submit` ...
cli          the command line, the one package that writes to the terminal

The modules beside the packages are shared by several of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from bakeoff.api.comparison import Comparison as Comparison
    from bakeoff.api.comparison import Picture as Picture
    from bakeoff.api.loading import load as load
    from bakeoff.api.loading import load_model as load_model
    from bakeoff.api.model import Model as Model
    from bakeoff.api.running import RunStatus as RunStatus
    from bakeoff.api.running import StartedRun as StartedRun
    from bakeoff.api.running import run as run
    from bakeoff.api.running import submit as submit
    from bakeoff.api.side_by_side import SideBySide as SideBySide
    from bakeoff.api.side_by_side import compare_runs as compare_runs
    from bakeoff.errors import BakeoffError as BakeoffError
    from bakeoff.errors import MissingPackageError as MissingPackageError
    from bakeoff.errors import ModelError as ModelError
    from bakeoff.errors import RequestError as RequestError
    from bakeoff.errors import ResultsError as ResultsError
    from bakeoff.errors import RunFailedError as RunFailedError
    from bakeoff.errors import ServiceError as ServiceError
    from bakeoff.errors import StillRunningError as StillRunningError
    from bakeoff.request.schema import Request as Request

# Imported at their first use: a program that loads results need not wait for AWS's SDK.
_MODULES = {
    "Comparison": "bakeoff.api.comparison",
    "Picture": "bakeoff.api.comparison",
    "load": "bakeoff.api.loading",
    "load_model": "bakeoff.api.loading",
    "Model": "bakeoff.api.model",
    "RunStatus": "bakeoff.api.running",
    "StartedRun": "bakeoff.api.running",
    "run": "bakeoff.api.running",
    "submit": "bakeoff.api.running",
    "SideBySide": "bakeoff.api.side_by_side",
    "compare_runs": "bakeoff.api.side_by_side",
    "BakeoffError": "bakeoff.errors",
    "MissingPackageError": "bakeoff.errors",
    "ModelError": "bakeoff.errors",
    "RequestError": "bakeoff.errors",
    "ResultsError": "bakeoff.errors",
    "RunFailedError": "bakeoff.errors",
    "ServiceError": "bakeoff.errors",
    "StillRunningError": "bakeoff.errors",
    "Request": "bakeoff.request.schema",
}

__all__ = [*_MODULES]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'bakeoff' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
