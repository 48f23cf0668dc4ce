"""How the tables of ledgers came to be, in order."""
