"""Which models can answer at an endpoint."""

from bakeoff.errors import ModelError
from bakeoff.hosted_models import is_hosted
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel


def servable_candidate(summary: Summary, kept: KeptModel) -> CandidateSummary:
    """The candidate whose model it is. Raises ModelError, with the reason, if it cannot answer."""
    candidate = next(each for each in summary.candidates if each.candidate == kept.candidate)
    if is_hosted(candidate.model):
        raise ModelError(
            f"{candidate.name} is a model of Amazon Bedrock, which has an endpoint of its own: ask "
            "it by Bedrock's API, or deploy another with --candidate."
        )
    return candidate
