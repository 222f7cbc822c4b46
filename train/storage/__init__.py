"""Access to the model hub, S3, and the content store."""
