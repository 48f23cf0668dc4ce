"""How policy runs, on tables handed in. Opens nothing, reads no clock, knows no database and no web."""
