"""Tasks and the scores of a model's outputs."""
