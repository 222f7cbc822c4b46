"""The documents in which the preparation job describes the data and the models."""
