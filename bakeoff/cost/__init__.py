"""What a run may cost, what it is expected to cost, and the budget that limits it."""
