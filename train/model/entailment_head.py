"""Whether a model was trained for natural language inference, by its configuration."""

from pathlib import Path

from model.model_files import read_json

_ENTAILMENT = "entail"
_CLASSIFIERS = "ForSequenceClassification"


def entailment_output(folder: Path) -> int | None:
    """The output of a snapshot's head that says entailment; None if it is no such model."""
    config = read_json(folder / "config.json")
    classes, named = config.get("architectures"), config.get("id2label")
    if not isinstance(classes, list) or not isinstance(named, dict):
        return None
    found = [
        int(number)
        for number, name in named.items()
        if str(name).strip().lower().startswith(_ENTAILMENT) and str(number).isdecimal()
    ]
    has_head = any(str(each).endswith(_CLASSIFIERS) for each in classes)
    is_clear = len(found) == 1 and found[0] < len(named) > 1
    return found[0] if has_head and is_clear else None
