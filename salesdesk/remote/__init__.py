"""The same desk at a floor that is somewhere else: over HTTP, with an outbox for when the line is cut."""

from salesdesk.remote.desk import RemoteDesk, open_remote

__all__ = ["RemoteDesk", "open_remote"]
