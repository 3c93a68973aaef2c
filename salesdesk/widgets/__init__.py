"""Pieces of screens. `lines.Lines` draws every panel; `bars` are the bars of a station; `record_list` is for lists."""
