"""From a grid to checked rows: header, units, totals and notes found; columns mapped; every cell read or refused.

Knows kinds of ledgers and grids; knows no database.
"""

from doudi.ledgers.reading.file import read_file

__all__ = ["read_file"]
