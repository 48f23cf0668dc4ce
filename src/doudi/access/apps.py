"""Tells Django of this package."""

from __future__ import annotations

from django.apps import AppConfig

from doudi.access.quiet import keep_quiet


class AccessConfig(AppConfig):
    """Divisions, the access record, what seals personal data."""

    name = "doudi.access"
    label = "access"
    verbose_name = "区划与权限"

    def ready(self) -> None:
        """From here on no database error repeats a value."""
        keep_quiet()
