"""`validate`: checks a request and the files that it names, and says what it would do."""

from pathlib import Path

from bakeoff.cli.checked_request import load_checked
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.found_rows import rows_in_words
from bakeoff.cli.tables import print_paragraph, print_plain
from bakeoff.cost.stages import stages_in_words, stages_of_request
from bakeoff.methods import BASELINES, seeds_of
from bakeoff.metrics import default_main_metric
from bakeoff.request.model_pool import ModelPool
from bakeoff.request.schema import Request
from bakeoff.wording import counted


def validate(path: Path, around: Surroundings) -> ExitStatus:
    """Raises RequestError with all problems of the request, its paths and its rows."""
    found = load_checked(path, around.look_into)
    print_plain(around.out, f"{path} is a valid request.")
    print_paragraph(around.out, _summary(found.file.request))
    race = stages_in_words(stages_of_request(found.file.request))
    if race:
        print_paragraph(around.out, race)
    if found.look is not None:
        for sentence in rows_in_words(found.look):
            print_paragraph(around.out, sentence)
    if found.reason:
        print_paragraph(around.err, f"The rows were not looked into. {found.reason}")
    return ExitStatus.OK


def _summary(request: Request) -> str:
    metric = request.main_metric
    if metric is None:
        metric = default_main_metric(request.task) if request.task else "its task's main metric"
    compared = _race(request, request.pool) if request.pool else _comparison(request)
    return f"{compared}, by {metric} on test; the results will be called {request.name}."


def _comparison(request: Request) -> str:
    jobs_of_baselines = len(BASELINES) if request.has_baselines else 0
    num_jobs = jobs_of_baselines + sum(
        len(seeds_of(model.method, request.seeds)) for model in request.named_models
    )
    return (
        f"It compares {counted(len(request.named_models), 'model')} with "
        f"{counted(len(request.seeds), 'seed')} each{_beside(request)}, which is "
        f"{counted(num_jobs, 'training job')}"
    )


def _race(request: Request, pool: ModelPool) -> str:
    sources = [counted(len(request.named_models), "model")] if request.named_models else []
    if pool.search is not None:
        sources += [f"up to {counted(pool.search.limit, 'model')} that it searches the hub for"]
    return (
        f"It chooses {counted(pool.finalists, 'finalist')} from {' and '.join(sources)}, and "
        f"compares them with {counted(len(request.seeds), 'seed')} each{_beside(request)}"
    )


def _beside(request: Request) -> str:
    return f", and {len(BASELINES)} baselines" if request.has_baselines else ""
