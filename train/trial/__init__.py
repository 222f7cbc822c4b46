"""Tries each model on the run's rows before any training job is started."""
