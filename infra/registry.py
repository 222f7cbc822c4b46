"""AWS's Hugging Face images: their tags, and the registry account of each region.

The accounts are AWS's; tests compare them, and the tags that AWS's own SDK lists, with the tables
in sagemaker-core.
"""

REPOSITORY = "huggingface-pytorch-training"

DEFAULT_IMAGE = "pytorch2.9"
TAGS = {
    DEFAULT_IMAGE: "2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04",
    "pytorch2.11": "2.11.0-transformers5.13.1-gpu-py312-cu130-amzn2023-sagemaker",
}
"""The tag of each image that `train/` is tested with, by the name that the setting takes."""

INFERENCE_REPOSITORY = "huggingface-pytorch-inference"
INFERENCE_TAGS = {
    "cpu": "2.6.0-transformers5.5.3-cpu-py312-ubuntu22.04",
    "gpu": "2.6.0-transformers5.5.3-gpu-py312-cu124-ubuntu22.04",
}
"""The tag of the image for endpoints, by what an instance computes with."""

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
