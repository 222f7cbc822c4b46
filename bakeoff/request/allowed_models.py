"""Whether a deployment allows the models behind an API that a request names."""

from collections.abc import Iterable, Iterator

from bakeoff.errors import Problem
from bakeoff.hosted_models import allowed_models, bedrock_id, is_hosted
from bakeoff.quoting import shown
from bakeoff.wording import listed


def not_allowed(models: Iterable[tuple[str, str]], setting: Iterable[str]) -> Iterator[Problem]:
    """A problem for each model that is not allowed.

    Args:
        models: the field and the id of each model of a request.
        setting: the deployment's `bedrock_models`.
    """
    allowed = allowed_models(setting)
    for field, model in models:
        if not is_hosted(model) or bedrock_id(model) in allowed:
            continue
        which = f"It allows {listed([*allowed])}." if allowed else "It allows none."
        yield Problem(
            field,
            f"This deployment does not allow the model {shown(bedrock_id(model))} of Amazon "
            f"Bedrock, which costs money and sees the texts. {which}",
            "Leave it out, or have the model's id added to the deployment's setting "
            "bedrock_models, and deploy again.",
        )
