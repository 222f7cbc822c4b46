"""The embedded local cloud: starts it, deploys the unmodified app, runs SageMaker jobs for real."""
