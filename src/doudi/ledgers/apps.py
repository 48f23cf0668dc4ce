"""Tells Django of this package."""

from __future__ import annotations

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    """Persons, households, imports and what every ledger says."""

    name = "doudi.ledgers"
    label = "ledgers"
    verbose_name = "台账"
