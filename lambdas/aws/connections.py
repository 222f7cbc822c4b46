"""How the clients connect."""

from botocore.config import Config

CONNECTIONS = 16
"""To S3 at once."""

# Lambdas live for minutes: ride out throttling rather than fail a state for it.
CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=CONNECTIONS)
