"""The key of a row that we number ourselves."""

from __future__ import annotations

from typing import Any

from django.db import models


class RowNumber(models.BigIntegerField):
    """A 64-bit key that is SQLite's own row number there: no index beside it, and no sequence to look after.

    `BigIntegerField` makes a second index of it; `BigAutoField` writes SQLite's table of sequences once a row.
    """

    def db_type(self, connection: Any) -> str | None:
        """`integer` is the only type whose primary key is the row number."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
