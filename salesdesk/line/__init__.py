"""The domain: pure functions and frozen models, no I/O, no clock, no Textual."""
