"""Meetings as calendars of the outside world take them."""
