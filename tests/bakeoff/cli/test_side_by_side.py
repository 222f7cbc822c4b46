"""`compare`: several comparisons beside each other."""

from tests.support import summary_samples
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud


def summary(name, run, **conditions):
    sample = summary_samples.binary()
    provenance = sample.provenance.model_copy(update={"name": name, "run": run})
    changed = sample.conditions.model_copy(update=conditions)
    update = {"provenance": provenance, "conditions": changed}
    return sample.model_copy(update=update).to_json()


def test_names_are_downloaded_and_shown_in_one_ranking(tmp_path):
    cloud = FakeCloud()
    for run, name in enumerate(("first", "second")):
        cloud.objects[f"results/{name}/summary.json"] = summary(name, str(run))

    ended = invoke(["compare", "first", "second", "--output", tmp_path], cloud)

    assert ended.status == 0
    assert "first" in ended.out and "second" in ended.out
    assert "no difference between candidates of different runs was tested" in ended.out
    assert (tmp_path / "second" / "summary.json").is_file()


def test_folders_need_no_cloud(tmp_path):
    for name, fingerprint in (("first", "0"), ("second", "1")):
        (tmp_path / name).mkdir()
        content = summary(name, name, dataset_fingerprint=fingerprint)
        (tmp_path / name / "summary.json").write_bytes(content)

    ended = invoke(["compare", tmp_path / "first", tmp_path / "second"])

    assert ended.status == 0
    assert "cannot be ranked together" in ended.out
    assert "prepared rows" in ended.out


def test_each_run_is_shown_with_what_it_found(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_bytes(summary(name, name))

    ended = invoke(["compare", tmp_path / "first", tmp_path / "second"])

    runs = ended.out.split("\n\n")[0]
    best = summary_samples.binary().candidates[0]
    assert [line.split()[0] for line in runs.splitlines()] == ["results", "first", "second"]
    assert best.name in runs and f"{best.metrics['f1'].mean:.4f}" in runs


def test_one_run_is_nothing_to_compare(tmp_path):
    (tmp_path / "summary.json").write_bytes(summary("first", "1"))

    ended = invoke(["compare", tmp_path])

    assert ended.status == 1
    assert "takes two or more" in ended.err
