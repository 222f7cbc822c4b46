"""What to type to use the model that was best, and to make the comparison again."""

import json
from dataclasses import dataclass

from bakeoff.comparison.request_again import request_again
from bakeoff.hosted_models import is_hosted
from bakeoff.methods import has_onnx_graph
from bakeoff.report.race import Race
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.wording import counted, listed


@dataclass(frozen=True)
class Use:
    """Commands for the kept models; names of results and candidates are safe in a shell."""

    sentence: str
    commands: str | None
    """Lines to copy; None if no model was kept."""


def use(race: Race) -> Use:
    summary = race.summary
    kept = [each.candidate for each in summary.kept_models]
    name = summary.provenance.name
    if not kept:
        return Use("The run has kept no model.", None)
    best = summary.verdict.best
    chosen = best if best in kept else kept[0]
    which = "" if chosen == best else f" --candidate {chosen}"
    others = len(kept) - 1
    more = f" Kept too: {counted(others, 'other')}, which --candidate names." if others else ""
    candidate = next(each for each in summary.candidates if each.candidate == chosen)
    commands = _commands(name, which, candidate)
    model = next(each for each in summary.kept_models if each.candidate == chosen)
    if model.package_arn:
        more += f" In SageMaker's Model Registry it is {model.package_arn}."
    if model.package_problem:
        more += f" It could not be registered in the Model Registry: {model.package_problem}"
    return Use(
        f"The trained model of {candidate.name} is kept with the results. These commands "
        f"{listed([what for _, what in commands])}.{more}",
        "\n".join(line for line, _ in commands),
    )


def _commands(name: str, which: str, candidate: CandidateSummary) -> list[tuple[str, str]]:
    """Those that the candidate's model allows, with what they do."""
    commands = [
        (f"predict {name} ROWS.csv{which} --output predictions.csv", "answer the rows of a file"),
        (f"model {name}{which} --output my-model", "bring the model as a folder that stands alone"),
        (f"push {name} OWNER/REPO{which} --private", "put it on the hub"),
    ]
    if has_onnx_graph(candidate.method):
        commands.append((f"export {name}{which} --onnx", "export it to ONNX"))
    # The model of a run on another machine is not in the bucket on AWS.
    if not candidate.ownership.is_elsewhere and not is_hosted(candidate.model):
        made = (
            f"make an endpoint of it, which costs money until `bakeoff undeploy {name}` removes it"
        )
        commands.append((f"deploy {name}{which}", made))
    return [(f"bakeoff {line}", what) for line, what in commands]


@dataclass(frozen=True)
class Again:
    """The same comparison once more."""

    request: str
    """JSON, to be saved as a file."""
    commands: str


def again(race: Race) -> Again | None:
    """None where the summary does not hold the whole request."""
    request = request_again(race.summary)
    if request is None:
        return None
    name = race.summary.provenance.name
    return Again(
        json.dumps(request, indent=2, ensure_ascii=False),
        f"bakeoff run {name}.json\nbakeoff run {name}.json --local",
    )
