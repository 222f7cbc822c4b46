"""The training image in the region that the stack is deployed to."""

from aws_cdk import Aws, CfnMapping
from constructs import Construct

from infra.registry import REGISTRY_ACCOUNTS, REPOSITORY, TAGS


class TrainingImage(Construct):
    """Its URI, and the ARN of the repository that the jobs pull it from."""

    uri: str
    repository_arn: str

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str,
        image_repository: tuple[str, str, str] | None,
    ) -> None:
        """`image` is a name in `registry.TAGS`, or the URI of an image in `image_repository`."""
        super().__init__(scope, construct_id)
        if image_repository is not None:
            account, region, repository = image_repository
            self.uri = image
        else:
            account, region, repository = self._registry_account(), Aws.REGION, REPOSITORY
            self.uri = f"{account}.dkr.ecr.{region}.{Aws.URL_SUFFIX}/{repository}:{TAGS[image]}"
        self.repository_arn = f"arn:{Aws.PARTITION}:ecr:{region}:{account}:repository/{repository}"

    def _registry_account(self) -> str:
        mapping = CfnMapping(
            self,
            "RegistryAccounts",
            mapping={region: {"Account": account} for region, account in REGISTRY_ACCOUNTS.items()},
        )
        return mapping.find_in_map(Aws.REGION, "Account")
