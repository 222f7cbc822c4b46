"""What a run costs beside its jobs: the deployed state machine and functions, with stub jobs."""
