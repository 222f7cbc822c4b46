"""`estimate --local`: how long a request would take on this machine, where nothing has a price."""

from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.expected import print_expected
from bakeoff.cli.tables import print_paragraph, print_plain
from bakeoff.client.request_file import RequestFile
from bakeoff.client.results_folder import NO_BUCKET, ResultsFolder
from bakeoff.client.row_counts import counted_rows
from bakeoff.client.uploads import uris_of
from bakeoff.cost.estimate import throughputs, with_estimates
from bakeoff.cost.expected_work import expected_rows, expected_workloads
from bakeoff.cost.rough_estimate import (
    ASSUMED_ROWS,
    assumed_rows_in_words,
    with_rough_estimates,
)
from bakeoff.cost.rough_speed import THIS_MACHINE
from bakeoff.cost.stages import jobs_in_words
from bakeoff.cost.upper_bound import cost_plan
from bakeoff.hosted_models import bedrock_id, is_hosted
from bakeoff.request.resolved import ResolvedRequest, resolve
from bakeoff.request.schema import parse_request
from bakeoff.settings import ComputeSettings
from bakeoff.wording import counted

# Of the sizes only the number of jobs matters, and they belong to the deployment.
_COMPUTE = ComputeSettings(
    training_instance_type=THIS_MACHINE,
    baseline_instance_type=THIS_MACHINE,
    processing_instance_type=THIS_MACHINE,
    training_volume_gb=1,
    max_runtime_seconds=1,
    max_parallel_jobs=1,
    use_spot=False,
)


def print_estimate_here(file: RequestFile, output: Path, around: Surroundings) -> ExitStatus:
    """Prints the jobs, and how long past runs in `output` lead to expect that they take."""
    resolved = _resolved(file)
    plan = cost_plan(resolved, {}, None)
    past = ResultsFolder(output).past_runs(lambda text: print_plain(around.err, f"Warning: {text}"))
    rows, about_rows = expected_rows(resolved, counted_rows(file), past)
    if rows is None:
        rows, about_rows = ASSUMED_ROWS, f"{about_rows} {assumed_rows_in_words()}"
    workloads = expected_workloads(resolved, rows, past)
    plan = with_rough_estimates(with_estimates(plan, workloads, throughputs(past)), workloads)
    jobs = counted(plan.num_jobs, "training job")
    if len(plan.stages) > 1:
        names, counts = zip(*((each.name, each.num_jobs) for each in plan.stages), strict=True)
        jobs = f"at most {jobs} ({jobs_in_words(names, counts)})"
    print_paragraph(
        around.out,
        f"{resolved.name} would be {jobs} on this machine. Past runs are read from {output}/.",
    )
    print_expected(around, resolved, plan, workloads, about_rows)
    return ExitStatus.OK


def _resolved(file: RequestFile) -> ResolvedRequest:
    """As a local cloud would resolve it, on this machine whatever instances it asks for."""
    content = file.content(uris_of(file, NO_BUCKET))
    request = parse_request(content, file_name=f"{file.name}.json")
    hosted = tuple(bedrock_id(each.id) for each in request.named_models if is_hosted(each.id))
    # Which are allowed is for the local cloud to say.
    compute = _COMPUTE.model_copy(update={"bedrock_models": hosted})
    resolved = resolve(request, "", compute)
    here = {
        "training_instance_type": THIS_MACHINE,
        "fallback_instance_types": [],
        "baseline_instance_type": THIS_MACHINE,
    }
    return resolved.model_copy(update={"compute": resolved.compute.model_copy(update=here)})
