"""The two candidates that are no transformers."""
