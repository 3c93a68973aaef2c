"""How fast the line runs: named measures against the reach that was promised for each (`salesdesk bench`)."""
