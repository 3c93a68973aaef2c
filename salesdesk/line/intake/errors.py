"""The one error of the intake."""

__all__ = ["IntakeError"]


class IntakeError(ValueError):
    """A file or a mapping that cannot be read at all; the message is one clear sentence for the researcher."""
