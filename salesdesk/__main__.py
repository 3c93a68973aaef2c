"""`python -m salesdesk`."""

from salesdesk.cli import main

main()
