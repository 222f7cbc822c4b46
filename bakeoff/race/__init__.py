"""The race: from many models to the finalists, in waves of jobs."""
