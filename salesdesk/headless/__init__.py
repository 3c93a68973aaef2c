"""The floor without a screen: every operation from a script, answers as text or JSON, progress on standard error."""
