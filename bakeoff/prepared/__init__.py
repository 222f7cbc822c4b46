"""What the preparation job writes about the data and the models."""
