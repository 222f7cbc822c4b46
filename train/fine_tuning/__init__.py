"""The methods full and lora: the Trainer with our batches, losses and checkpoints."""
