"""The one kind of column that holds what identifies a person. Key rotation finds sealed columns by it."""

from __future__ import annotations

from django.db import models


class SealedField(models.BinaryField):
    """Bytes that a `KeyRing` sealed. Never filtered on and never printed; null where there is nothing to seal."""
