"""What every model of the register has: a last day. Knows no model by name."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models


class Retained(models.Model):
    """A row that is kept until a day, and says nothing of its content when printed.

    Whoever writes a row says how long it is kept; there is no default that could be forgotten. A row that must not
    end yet is given a later day, not an empty one.
    """

    keep_until = models.DateField("保存至")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.label} {self.pk}"


def years_after(day: date, years: int) -> date:
    """The same day so many years on (29 February becomes 28)."""
    try:
        return day.replace(year=min(day.year + years, date.max.year))
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def past_retention(on: date) -> dict[str, int]:
    """How many rows each model still holds though their last day lies before `on`; only models that hold some."""
    counts = {
        model._meta.label: model._default_manager.filter(keep_until__lt=on).count()
        for model in apps.get_models()
        if issubclass(model, Retained)
    }
    return {label: count for label, count in counts.items() if count}
