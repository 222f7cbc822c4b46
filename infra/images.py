"""The Hugging Face training image: its tag, and the registry account for each region.

The accounts are AWS's; a test compares them with the table in sagemaker-core.
"""

from aws_cdk import Aws, CfnMapping
from constructs import Construct

REPOSITORY = "huggingface-pytorch-training"
TAG = "2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04"

_COMMON_ACCOUNT = "763104351884"
_COMMON_REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
REGISTRY_ACCOUNTS: dict[str, str] = {
    **dict.fromkeys(_COMMON_REGIONS, _COMMON_ACCOUNT),
    "af-south-1": "626614931356",
    "ap-east-1": "871362719292",
    "ap-northeast-3": "364406365360",
    "ap-southeast-3": "907027046896",
    "ca-west-1": "204538143572",
    "cn-north-1": "727897471807",
    "cn-northwest-1": "727897471807",
    "eu-south-1": "692866216735",
    "il-central-1": "780543022126",
    "me-central-1": "914824155844",
    "me-south-1": "217643126080",
    "us-gov-east-1": "446045086412",
    "us-gov-west-1": "442386744353",
    "us-iso-east-1": "886529160074",
    "us-isob-east-1": "094389454867",
}


class TrainingImage(Construct):
    """The training image in the region that the stack is deployed to."""

    uri: str
    repository_arn: str

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: str | None,
        image_repository: tuple[str, str, str] | None,
    ) -> None:
        super().__init__(scope, construct_id)
        if image is not None and image_repository is not None:
            account, region, repository = image_repository
            self.uri = image
        else:
            account, region, repository = self._registry_account(), Aws.REGION, REPOSITORY
            self.uri = f"{account}.dkr.ecr.{region}.{Aws.URL_SUFFIX}/{repository}:{TAG}"
        self.repository_arn = f"arn:{Aws.PARTITION}:ecr:{region}:{account}:repository/{repository}"

    def _registry_account(self) -> str:
        mapping = CfnMapping(
            self,
            "RegistryAccounts",
            mapping={region: {"Account": account} for region, account in REGISTRY_ACCOUNTS.items()},
        )
        return mapping.find_in_map(Aws.REGION, "Account")
