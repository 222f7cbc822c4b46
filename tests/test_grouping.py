"""How the suite is divided among processes."""

import pytest
from xdist import is_xdist_worker

from local.cloud import LocalCloud


def test_all_tests_that_use_the_cloud_run_in_one_process(
    request: pytest.FixtureRequest, cloud: LocalCloud
) -> None:
    if not is_xdist_worker(request):
        pytest.skip("there is but one process")
    assert request.node.nodeid.endswith("@cloud"), "pytest-xdist does not group: a cloud for each"
