"""The script that exports, as far as nothing is exported."""

import json
from pathlib import Path

import pytest

from export import main


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """What a fine-tuned model says of itself, without its weights."""
    folder = tmp_path / "saved"
    folder.mkdir()
    facts = {"method": "full", "task": "binary", "labels": ["bad", "good"], "batch_rows": 8}
    (folder / "config.json").write_text(json.dumps({"bakeoff": facts}))
    return folder


def export(saved: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    # The script hides the GPUs from the libraries that it loads.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.chdir(saved.parent)
    return main(["--model", str(saved), "--output", "exported", *arguments])


def test_rows_that_cannot_be_used_are_said_before_anything_is_exported(
    saved, monkeypatch, capsys, tmp_path
):
    (tmp_path / "rows.csv").write_text("text,label\na,good\nb,great\n")

    status = export(saved, monkeypatch, "--rows", "rows.csv", "--measured", "measured")

    assert status == 1
    assert "labels that the model does not know: 'great'" in capsys.readouterr().err
    assert not (tmp_path / "exported").exists()


def test_a_file_that_is_not_there_is_said(saved, monkeypatch, capsys):
    assert export(saved, monkeypatch, "--rows", "nowhere.csv", "--measured", "measured") == 1

    assert "nowhere.csv is neither a file nor a folder" in capsys.readouterr().err


def test_a_folder_without_a_model_is_refused(tmp_path, monkeypatch, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()

    assert export(empty, monkeypatch) == 1

    assert "holds no model of Bakeoff's" in capsys.readouterr().err


def test_rows_need_a_place_for_what_is_measured(saved, monkeypatch):
    with pytest.raises(SystemExit):
        export(saved, monkeypatch, "--rows", "rows.csv")
