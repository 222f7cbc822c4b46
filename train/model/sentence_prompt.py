"""The beginning that a text gets, which some models were trained with and need."""

import re
from collections.abc import Iterable

from model.sentence_layout import SentenceLayout

# E5's card asks for it in all tasks but retrieval; its files do not say so.
_E5_PROMPT = "query: "
_E5 = re.compile(r"(?:^|[_.-])e5(?:[_.-]|$)", re.IGNORECASE)
_INSTRUCTED = re.compile(r"instruct|mistral", re.IGNORECASE)
# What authors call the prompt for a task, in lower case: MTEB's names, and those of Gemma's and
# Nomic's files.
_FOR_TEXTS = ("classification", "singleclassification")
_FOR_PAIRS = ("sts", "sts_query", "similarity", "pairclassification")


def prompt_of(layout: SentenceLayout, names: Iterable[str], *, is_pair: bool) -> str:
    """The prompt of the texts that the model gets one by one; often empty.

    It is the files' default prompt, else the one that they name after the task, else the one for
    queries if one of the model's `names` is that of an E5 model without instructions.
    """
    if layout.default_prompt is not None:
        return layout.prompts[layout.default_prompt]
    by_name = {name.lower(): prompt for name, prompt in layout.prompts.items()}
    for name in _FOR_PAIRS if is_pair else _FOR_TEXTS:
        if by_name.get(name):
            return by_name[name]
    is_e5 = any(_E5.search(name) and not _INSTRUCTED.search(name) for name in names)
    return by_name.get("query") or _E5_PROMPT if is_e5 else ""


def prompt_notes(layout: SentenceLayout, names: Iterable[str], prompt: str) -> list[str]:
    """A sentence for people if it is not known whether the texts need another beginning."""
    if prompt:
        return []
    others = sorted(name for name, text in layout.prompts.items() if text)
    if others:
        return [
            f"Its texts got no prompt: of those that it has ({', '.join(others[:5])[:200]}), none "
            "is its default or is named after this task."
        ]
    if any("instruct" in name.lower() for name in names) and layout.is_sentence_encoder:
        return ["Its name tells of instructions, but its files have none, so its texts got none."]
    return []
