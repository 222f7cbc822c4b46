"""Errors of the local cloud.

LocalCloudError
├── PortInUseError       another program listens on the requested port
├── SetupError           something that `make setup` installs is missing
├── EmulatorError        the emulator did not start, or ended too early
└── DeployError          the CDK could not deploy the app
"""


class LocalCloudError(Exception):
    """Base of all errors. The message says what to do."""


class PortInUseError(LocalCloudError):
    """Another program listens on the requested port."""


class SetupError(LocalCloudError):
    """Something that `make setup` installs is missing."""


class EmulatorError(LocalCloudError):
    """The emulator did not start, or ended too early."""


class DeployError(LocalCloudError):
    """The CDK could not deploy the app; the message ends with the end of its log."""
