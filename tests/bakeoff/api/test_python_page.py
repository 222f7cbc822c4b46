"""The Python examples of the documentation, run in their order against a cloud in memory."""

import re
from pathlib import Path

import pytest

from bakeoff.api import running
from bakeoff.api.running import Surroundings
from tests.support.fake_cloud import FakeCloud, run_of
from tests.support.fake_runs import succeed
from tests.support.run_samples import completed, manifest_for, planned, resolved_with
from tests.support.summaries import predictions_of, result_files

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "python.md"
README = ROOT / "README.md"


def examples(page):
    fence = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(page.read_text(encoding="utf-8"))


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder with results/imdb and results/imdb-lora."""
    monkeypatch.chdir(tmp_path)
    for name, run in (("imdb", "1" * 16), ("imdb-lora", "2" * 16)):
        resolved = resolved_with()
        items = planned(resolved).items
        jobs = [completed(item, 0.9) for item in items]
        made = result_files(resolved, manifest_for(resolved), items, jobs, predictions_of(items))
        folder = tmp_path / "results" / name
        folder.mkdir(parents=True)
        for file, content in made.items():
            changed = content.replace(run_id(made).encode(), run.encode())
            (folder / file).write_bytes(changed)


def run_id(files):
    return re.search(rb'"run":"([^"]+)"', files["summary.json"])[1].decode()


@pytest.fixture
def cloud(monkeypatch):
    """A cloud in which every request ends with a comparison."""
    cloud = FakeCloud()

    def begin(key, stored):
        cloud.start_execution(key, stored.version_id)
        succeed(cloud, run=run_of(key, stored.version_id), name="reviews")

    cloud.on_request = begin
    around = Surroundings(connect=lambda: cloud, clock=cloud.clock())
    monkeypatch.setattr(running, "Surroundings", lambda: around)
    return cloud


def test_every_example_runs(results, cloud, tmp_path):
    names = {}

    for example in examples(PAGE):
        exec(example, names)

    assert (tmp_path / "ranking.svg").is_file()
    assert len(names["accuracy"]) > 0
    assert names["comparison"].source == "results/reviews"
    assert names["both"].can_be_ranked


def test_every_example_of_the_readme_runs(results):
    names = {}

    for example in examples(README):
        exec(example, names)

    assert names["frame"]["rank"].tolist() == [1, 2]
