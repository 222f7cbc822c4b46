"""The images of jobs and endpoints in the region that the stack is deployed to."""

from dataclasses import dataclass

from aws_cdk import Aws, CfnMapping
from constructs import Construct

from infra.registry import INFERENCE_REPOSITORY, INFERENCE_TAGS, REGISTRY_ACCOUNTS, REPOSITORY, TAGS
from infra.settings import EcrImage, Settings


@dataclass(frozen=True)
class Image:
    """An image in ECR."""

    uri: str
    repository_arn: str
    """That of the repository that it is pulled from."""


class Images(Construct):
    """The images that the settings name, AWS's or others."""

    training: Image
    inference: dict[str, Image]
    """By what an instance computes with, `cpu` or `gpu`."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._account: str | None = None
        own = settings.own_training_image
        self.training = (
            _image(own) if own else self._of_aws(REPOSITORY, TAGS[settings.training_image])
        )
        own = settings.own_inference_image
        self.inference = {
            kind: _image(own) if own else self._of_aws(INFERENCE_REPOSITORY, tag)
            for kind, tag in INFERENCE_TAGS.items()
        }

    def _of_aws(self, repository: str, tag: str) -> Image:
        account = self._registry_account()
        uri = f"{account}.dkr.ecr.{Aws.REGION}.{Aws.URL_SUFFIX}/{repository}:{tag}"
        return _image(EcrImage(uri, account, Aws.REGION, repository))

    def _registry_account(self) -> str:
        if self._account is None:
            accounts = REGISTRY_ACCOUNTS.items()
            mapping = CfnMapping(
                self,
                "RegistryAccounts",
                mapping={region: {"Account": account} for region, account in accounts},
            )
            self._account = mapping.find_in_map(Aws.REGION, "Account")
        return self._account


def _image(found: EcrImage) -> Image:
    place = f"{found.region}:{found.account}:repository/{found.repository}"
    return Image(found.uri, f"arn:{Aws.PARTITION}:ecr:{place}")
