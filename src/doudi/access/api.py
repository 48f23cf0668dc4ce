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
from doudi.access.masking import (
    mask,
    mask_account,
    mask_address,
    mask_column,
    mask_id,
    mask_name,
    mask_other,
    mask_phone,
)
from doudi.access.openings import Subject, openings, record_opening
from doudi.access.place_names import Level
from doudi.access.places import Places, Standing
from doudi.access.quiet import quiet
from doudi.access.retained import Retained, past_retention, years_after
from doudi.access.rotation import claim, claimed, drop_unused, reseal, rotate_keys
from doudi.access.viewers import EVERYWHERE, Gate, RoleName, Viewer

__all__ = [
    "ALWAYS",
    "EVERYWHERE",
    "CipherName",
    "Gate",
    "KeyRing",
    "Level",
    "Places",
    "Retained",
    "RoleName",
    "Said",
    "SealedField",
    "Standing",
    "Subject",
    "Viewer",
    "abolish_division",
    "claim",
    "claimed",
    "divisions",
    "drop_unused",
    "load_divisions",
    "mask",
    "mask_account",
    "mask_address",
    "mask_column",
    "mask_id",
    "mask_name",
    "mask_other",
    "mask_phone",
    "merge_divisions",
    "open_keys",
    "openings",
    "past_retention",
    "places",
    "quiet",
    "record_division",
    "record_opening",
    "rename_division",
    "reseal",
    "resolve",
    "rotate_keys",
    "split_division",
    "withdraw_divisions",
    "years_after",
]
