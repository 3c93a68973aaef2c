"""A terminal workstation for a sales floor that is run as an assembly line."""
