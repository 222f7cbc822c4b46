"""What a task asks of a model, and how its answers are scored."""
