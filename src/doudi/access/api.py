"""The door to this package. Whoever needs divisions, the gate, sealing or the access record imports from here."""

from __future__ import annotations

from doudi.access.ciphers import CipherName
from doudi.access.fields import SealedField
from doudi.access.keys import KeyRing, open_keys
from doudi.access.retained import Retained, past_retention, years_after

__all__ = [
    "CipherName",
    "KeyRing",
    "Retained",
    "SealedField",
    "open_keys",
    "past_retention",
    "years_after",
]
