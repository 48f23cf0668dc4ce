"""The door to this package. Whoever needs divisions, the gate, sealing or the access record imports from here."""

from __future__ import annotations

from doudi.access.ciphers import CipherName
from doudi.access.division_list import load_divisions
from doudi.access.divisions import (
    ALWAYS,
    Said,
    abolish_division,
    divisions,
    merge_divisions,
    places,
    record_division,
    rename_division,
    resolve,
    split_division,
    withdraw_divisions,
)
from doudi.access.fields import SealedField
from doudi.access.keys import KeyRing, open_keys
from doudi.access.place_names import Level
from doudi.access.places import Places, Standing
from doudi.access.retained import Retained, past_retention, years_after

__all__ = [
    "ALWAYS",
    "CipherName",
    "KeyRing",
    "Level",
    "Places",
    "Retained",
    "Said",
    "SealedField",
    "Standing",
    "abolish_division",
    "divisions",
    "load_divisions",
    "merge_divisions",
    "open_keys",
    "past_retention",
    "places",
    "record_division",
    "rename_division",
    "resolve",
    "split_division",
    "withdraw_divisions",
    "years_after",
]
