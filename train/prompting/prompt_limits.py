"""How much of a prompt is not the row's own text, at most."""

EXAMPLE_TOKENS = 256
"""An example is cut after so many tokens."""
