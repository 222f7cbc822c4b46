"""The SageMaker jobs of a run: how each is requested, and what became of it."""
