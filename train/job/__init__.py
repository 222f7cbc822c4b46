"""What every training job has: its inputs, what it measures, and what it reports."""
