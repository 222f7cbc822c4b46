import pytest

from bakeoff.errors import SettingsError
from bakeoff.settings import ServiceSettings
from tests.support.run_samples import ENVIRONMENT, settings_with


def test_settings_are_read_from_variables_of_their_names():
    settings = settings_with(subnet_ids="subnet-1, subnet-2", security_group_ids="sg-1")
    assert settings.bucket == "bakeoff-bucket"
    assert settings.training_volume_gb == 90
    assert settings.use_spot is True
    assert settings.subnet_ids == ("subnet-1", "subnet-2")
    assert settings.vpc_config == {
        "Subnets": ["subnet-1", "subnet-2"],
        "SecurityGroupIds": ["sg-1"],
    }


def test_without_subnets_there_is_no_vpc():
    assert settings_with().vpc_config is None


def test_every_missing_or_wrong_variable_is_named():
    environment = ENVIRONMENT | {"MAX_RUNTIME_SECONDS": "long", "USE_SPOT": "perhaps"}
    del environment["BUCKET"]
    with pytest.raises(SettingsError) as refusal:
        ServiceSettings.from_environment(environment)
    for name in ("BUCKET", "MAX_RUNTIME_SECONDS", "USE_SPOT"):
        assert f"{name}: " in str(refusal.value)


def test_variables_that_are_not_ours_do_not_matter():
    assert ServiceSettings.from_environment(ENVIRONMENT | {"PATH": "/bin"}) == settings_with()
