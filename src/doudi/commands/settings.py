"""What one installation chose, read from the environment here and nowhere else, and handed down."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from doudi.common.dates import parse_date

if TYPE_CHECKING:
    from doudi.access.api import CipherName, RoleName


def home() -> Path:
    """Where data lie: DOUDI_HOME, else `data` in the current folder."""
    return Path(os.environ.get("DOUDI_HOME") or "data")


def policies() -> Path | None:
    """Where policies lie, if DOUDI_POLICIES says so."""
    chosen = os.environ.get("DOUDI_POLICIES")
    return Path(chosen) if chosen else None


def debugging() -> bool:
    """Whether a fault of the program should show its whole trace (DOUDI_DEBUG=1)."""
    return os.environ.get("DOUDI_DEBUG", "") not in ("", "0")


def database() -> str | None:
    """The PostgreSQL address of the register, if DOUDI_DATABASE names one; else SQLite in the data directory."""
    return os.environ.get("DOUDI_DATABASE") or None


def keys() -> Path:
    """The file with the keys that seal personal data: DOUDI_KEYS, else `keys.json` in the data directory."""
    return Path(os.environ.get("DOUDI_KEYS") or home() / "keys.json")


def cipher() -> CipherName:
    """How personal data are sealed: DOUDI_CIPHER, `aes-256-gcm` or `sm4-gcm`."""
    return cast("CipherName", os.environ.get("DOUDI_CIPHER") or "aes-256-gcm")


def county_kinds() -> Path:
    """A county's own declarations of ledgers, beside its data."""
    return home() / "ledgers.d"


def clerk() -> str:
    """Who is working: DOUDI_USER, else the name of the account."""
    return os.environ.get("DOUDI_USER") or getpass.getuser()


def role() -> RoleName:
    """In which role: DOUDI_ROLE, else the steward of the data, which who holds the data directory is anyway."""
    return cast("RoleName", os.environ.get("DOUDI_ROLE") or "steward")


def place() -> str | None:
    """For which division: DOUDI_PLACE, else the whole county."""
    return os.environ.get("DOUDI_PLACE") or None


def today() -> dt.date:
    """The day: DOUDI_TODAY for repeatable runs, else the clock's."""
    chosen = os.environ.get("DOUDI_TODAY")
    return parse_date(chosen, "DOUDI_TODAY") if chosen else dt.datetime.now().astimezone().date()


def now() -> dt.datetime:
    """The moment, in UTC."""
    return dt.datetime.now(dt.UTC)
