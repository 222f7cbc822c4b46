"""The code of jobs that do nothing but write what their work would: shipped instead of train/."""
