"""The way from the handlers to AWS, and the only one: a module for each service.

The SDK's errors leave it as our own.
"""

import logging

logging.getLogger("bakeoff").setLevel(logging.INFO)
