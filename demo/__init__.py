"""A real comparison that needs neither a model hub nor an AWS account (`python -m demo`)."""
