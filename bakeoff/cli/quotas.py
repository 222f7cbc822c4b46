"""Says whether the account's quotas are enough for a request, before anything is sent."""

from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.tables import print_plain
from bakeoff.cli.validate import validate
from bakeoff.client.cloud import Cloud
from bakeoff.client.request_file import RequestFile, load_request
from bakeoff.client.uploads import uris_of
from bakeoff.cost.stages import stages_of
from bakeoff.errors import ServiceError
from bakeoff.jobs.quotas import needed_quotas, quota_findings
from bakeoff.request.resolved import ResolvedRequest, resolve
from bakeoff.request.schema import parse_request
from bakeoff.settings import ComputeSettings

# The request belongs to no run.
_NO_RUN = ""


def validate_with_quotas(path: Path, around: Surroundings) -> ExitStatus:
    """As `validate`, with the quotas of the account that the request would be sent to.

    The status is FAILED if a quota lets no job start, or if the quotas are not known.
    """
    status = validate(path, around)
    file = load_request(path)
    cloud = around.connect()
    if not print_quotas(cloud, resolved_for(cloud, file), compute_of(cloud), around):
        return ExitStatus.FAILED
    return status


def compute_of(cloud: Cloud) -> ComputeSettings:
    """The deployment's default machines. Raises ServiceError if it does not report them."""
    if cloud.deployment.compute is None:
        raise ServiceError(
            "The stack does not report its instance types: deploy it with `make deploy`."
        )
    return cloud.deployment.compute


def resolved_for(cloud: Cloud, file: RequestFile) -> ResolvedRequest:
    """The request as the deployed service would resolve it."""
    # As it would be sent, so that past runs on the same files are recognised.
    content = file.content(uris_of(file, cloud.deployment.bucket))
    request = parse_request(content, file_name=f"{file.name}.json")
    return resolve(request, _NO_RUN, compute_of(cloud))


def print_quotas(
    cloud: Cloud, resolved: ResolvedRequest, compute: ComputeSettings, around: Surroundings
) -> bool:
    """Prints what is too low; whether every job can start, as far as is known."""
    stages = stages_of(resolved)
    needed = needed_quotas(
        resolved,
        model_jobs=max(stage.model_jobs for stage in stages),
        baseline_jobs=max(stage.baseline_jobs for stage in stages),
        use_spot=compute.use_spot,
    )
    try:
        quotas = cloud.quotas([name for each in needed for name in each.names])
    except ServiceError as error:
        print_plain(around.err, f"Warning: the quotas are not known: {error}")
        return False
    findings = list(quota_findings(needed, quotas))
    for finding in findings:
        print_plain(around.err, f"Warning: {finding.sentence}")
    if not findings:
        print_plain(around.out, "Quotas: enough for the run.")
    return not any(finding.is_blocking for finding in findings)
