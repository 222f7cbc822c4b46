"""The contents of S3's objects: on disk, each stored once."""
