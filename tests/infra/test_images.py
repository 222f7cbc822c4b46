import pytest
from sagemaker.core import image_uris

from infra.registry import (
    DEFAULT_IMAGE,
    INFERENCE_REPOSITORY,
    INFERENCE_TAGS,
    REGISTRY_ACCOUNTS,
    REPOSITORY,
    TAGS,
)
from infra.settings import Settings
from tests.infra.conftest import ROOT


def registry_by_sagemaker(region):
    """The registry's host name in sagemaker-core's own table, None if it has no such region."""
    try:
        uri = image_uris.retrieve(
            "huggingface",
            region,
            version="4.28.1",
            base_framework_version="pytorch2.0.0",
            py_version="py310",
            instance_type="ml.g5.xlarge",
            image_scope="training",
        )
    except (ValueError, KeyError):
        return None
    assert f"/{REPOSITORY}:" in uri
    return uri.split("/")[0]


def deployed_image(template, region, url_suffix):
    """The functions' TRAINING_IMAGE, as CloudFormation resolves it in a region."""
    function = next(r for r in template["Resources"].values() if r["Type"].endswith("::Function"))
    value = function["Properties"]["Environment"]["Variables"]["TRAINING_IMAGE"]
    pseudo = {"AWS::Region": region, "AWS::URLSuffix": url_suffix}

    def resolve(part):
        if isinstance(part, str):
            return part
        if "Ref" in part:
            return pseudo[part["Ref"]]
        table, first, second = part["Fn::FindInMap"]
        return template["Mappings"][table][resolve(first)][second]

    separator, parts = value["Fn::Join"]
    return separator.join(resolve(part) for part in parts)


@pytest.mark.parametrize("region", sorted(REGISTRY_ACCOUNTS))
def test_the_account_of_each_region_is_the_one_sagemaker_core_has(region):
    assert registry_by_sagemaker(region).split(".")[0] == REGISTRY_ACCOUNTS[region]


@pytest.mark.parametrize(
    ("region", "url_suffix"), [("eu-west-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")]
)
def test_the_template_names_the_regions_own_registry_in_china_too(template, region, url_suffix):
    image = deployed_image(template, region, url_suffix)
    assert image == f"{registry_by_sagemaker(region)}/{REPOSITORY}:{TAGS[DEFAULT_IMAGE]}"


def test_no_region_of_sagemaker_core_is_left_out():
    config = image_uris.config_for_framework("huggingface")["training"]["versions"]["4.28.1"]
    known = config["pytorch2.0.0"]["registries"]
    assert set(known) == set(REGISTRY_ACCOUNTS)


def listed_tags():
    """The tags of the training images in sagemaker-core's own table."""
    versions = image_uris.config_for_framework("huggingface")["training"]["versions"]
    return {
        f"{framework.removeprefix('pytorch')}-transformers{version}-gpu-{python}-{system}"
        for version, frameworks in versions.items()
        for framework, built in frameworks.items()
        if framework.startswith("pytorch")
        for python in built["py_versions"]
        for system in [built.get("container_version", {}).get("gpu")]
    }


def test_the_default_image_is_one_that_awss_sdk_lists():
    assert TAGS[Settings().training_image] in listed_tags()


@pytest.mark.parametrize(
    ("kind", "instance_type"), [("cpu", "ml.m5.xlarge"), ("gpu", "ml.g5.xlarge")]
)
def test_the_inference_images_are_those_that_awss_sdk_lists(kind, instance_type):
    uri = image_uris.retrieve(
        "huggingface",
        "eu-west-1",
        version="5.5.3",
        base_framework_version="pytorch2.6.0",
        py_version="py312",
        instance_type=instance_type,
        image_scope="inference",
    )
    registry = f"{REGISTRY_ACCOUNTS['eu-west-1']}.dkr.ecr.eu-west-1.amazonaws.com"
    assert uri == f"{registry}/{INFERENCE_REPOSITORY}:{INFERENCE_TAGS[kind]}"


def test_the_registry_of_inference_images_is_that_of_training_images():
    versions = image_uris.config_for_framework("huggingface")["inference"]["versions"]
    accounts = versions["5.5.3"]["pytorch2.6.0"]["registries"]
    assert {region: accounts[region] for region in REGISTRY_ACCOUNTS} == REGISTRY_ACCOUNTS


def test_an_image_is_chosen_by_its_name(with_other_settings):
    image = deployed_image(with_other_settings, "eu-west-1", "amazonaws.com")
    assert image.endswith(f"/{REPOSITORY}:{TAGS['pytorch2.11']}")


@pytest.mark.parametrize("name", TAGS)
def test_the_training_code_is_tested_with_the_transformers_of_each_image(name):
    pinned = (ROOT / "tests" / "train" / f"{name}-requirements.txt").read_text().splitlines()
    version = next(line for line in pinned if line.startswith("transformers=="))
    assert version.replace("==", "") in TAGS[name]
