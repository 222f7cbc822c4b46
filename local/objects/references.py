"""How the programs of the local cloud pass contents through S3's API without sending them."""

REFERENCE_TYPE = "application/x-local-content"
"""The content type of a put whose body is only a content's SHA-256, in hexadecimal."""
FILE_HEADER = "x-local-file"
"""The header of an answer that names the file with the object's content."""
