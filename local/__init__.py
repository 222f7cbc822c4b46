"""The embedded local cloud: runs the unmodified app and its SageMaker jobs on this machine."""
