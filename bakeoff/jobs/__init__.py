"""The SageMaker jobs of a run: their requests, their documents and their outcomes."""
