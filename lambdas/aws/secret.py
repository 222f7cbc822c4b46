"""A secret in Secrets Manager."""

import boto3

from bakeoff.errors import ServiceError
from lambdas.aws.connections import CONFIG
from lambdas.aws.sdk_errors import service_errors


def read_secret(arn: str) -> str:
    """The text of a secret in Secrets Manager. Never log it. Raises ServiceError."""
    client = boto3.client("secretsmanager", config=CONFIG)
    with service_errors("GetSecretValue of the hub token", "Secrets Manager"):
        text = str(client.get_secret_value(SecretId=arn).get("SecretString", "")).strip()
    if not text:
        raise ServiceError("the hub token's secret holds no text: store the token itself in it")
    return text
