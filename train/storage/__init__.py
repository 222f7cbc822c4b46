"""Where rows and models come from and go to: the model hub, S3, and the content store."""
