"""The floor over HTTP: the same operations, behind tokens."""
