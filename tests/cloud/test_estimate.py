"""`estimate` against the deployed service: it finds instances and prices, and starts nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from local.cloud import ROOT
from tests.support.deployed_service import Service


def test_the_cost_of_a_request_is_estimated_without_starting_anything(
    service: Service, tmp_path: Path
) -> None:
    request = {"dataset": "imdb", "models": ["distilbert-base-uncased"], "budget_usd": 19.99}
    path = tmp_path / "imdb-estimated.json"
    path.write_text(json.dumps(request))

    done = subprocess.run(
        [sys.executable, "-m", "bakeoff", "estimate", str(path)],
        cwd=ROOT,
        env={**os.environ, **service.cloud.environment},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2, done.stderr
    assert "1 on ml.g5.xlarge (1.5 USD per hour)" in done.stdout
    assert "Upper bound: 20.00 USD." in done.stdout
    assert "budget_usd" in done.stderr
    assert not service.keys("requests/imdb-estimated")
