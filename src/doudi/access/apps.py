"""Tells Django of this package."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Divisions, the access record, what seals personal data."""

    name = "doudi.access"
    label = "access"
    verbose_name = "区划与权限"
