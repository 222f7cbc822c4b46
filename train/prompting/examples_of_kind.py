"""The ways to choose examples, by their names."""

from prompting.examples import NO_EXAMPLES, Example, Examples, FixedExamples

BALANCED = "balanced"


def examples_of_kind(kind: str, pool: tuple[Example, ...], number: int) -> Examples:
    """Choose `number` examples for each row from the pool; all of it, if they are fixed."""
    if kind == NO_EXAMPLES.kind:
        return NO_EXAMPLES
    return FixedExamples(kind, pool)
