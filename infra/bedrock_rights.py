"""The right to ask models of Amazon Bedrock: those that the deployment allows, and no others.

The Converse API takes the right `bedrock:InvokeModel`. An inference profile takes it for itself and
for its model, in every region that it may choose; there only through the profile.
https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
"""

import re
from collections.abc import Sequence

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam

from infra.statements import allow

_INVOKE = ["bedrock:InvokeModel"]
# What an inference profile's id has before that of its model.
_GEOGRAPHY = re.compile(r"(?:us|us-gov|eu|apac|jp|au|ca|global)\.(?=[a-z0-9-]+\.)")


def ask_models(stack: Stack, ids: Sequence[str]) -> list[iam.PolicyStatement]:
    """One statement for the foundation models, and two for each inference profile."""
    profiles = [each for each in ids if _GEOGRAPHY.match(each)]
    models = [each for each in ids if each not in profiles]
    statements = [allow(_INVOKE, [_model(Aws.REGION, each) for each in models])] if models else []
    for each in profiles:
        arn = stack.format_arn(service="bedrock", resource="inference-profile", resource_name=each)
        through_it = {"StringEquals": {"bedrock:InferenceProfileArn": arn}}
        statements.append(allow(_INVOKE, [arn]))
        # Which regions it chooses is the profile's, and changes.
        (model,) = profile_models([each])
        statements.append(allow(_INVOKE, [_model("*", model)], through_it))
    return statements


def profile_models(ids: Sequence[str]) -> list[str]:
    """The models of the inference profiles among the ids."""
    return [_GEOGRAPHY.sub("", each, count=1) for each in ids if _GEOGRAPHY.match(each)]


def _model(region: str, model: str) -> str:
    return f"arn:{Aws.PARTITION}:bedrock:{region}::foundation-model/{model}"
