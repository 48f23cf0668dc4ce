"""Every row of the register has a last day, and every model says what it holds and how long."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.db import models

from doudi.access.api import Retained, past_retention, years_after
from doudi.access.models import Division, Opening
from tests.access import county as c
from tests.registers import Register

MODELS = list(apps.get_models())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_has_a_last_day_that_must_be_said(model: type[models.Model]) -> None:
    assert issubclass(model, Retained)
    field = model._meta.get_field("keep_until")
    assert not field.null
    assert not field.has_default()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_says_what_personal_data_it_holds_and_how_long(model: type[models.Model]) -> None:
    said = model.__dict__["__doc__"] or ""
    assert "个人信息: " in said
    assert "保存: " in said


def test_both_packages_are_looked_at() -> None:
    assert {model._meta.app_label for model in MODELS} == {"access", "ledgers"}


def test_the_database_itself_refuses_a_row_without_a_last_day(register: Register) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="keep_until"):
        Division.objects.create(code="990101")


def test_rows_past_their_day_are_counted_by_model(register: Register) -> None:
    for code, until in (("a", c.NOW), ("b", date(2026, 7, 1)), ("c", date(2020, 1, 1))):
        Division.objects.create(code=code, keep_until=until)
    assert past_retention(c.NOW) == {"access.Division": 1}
    assert past_retention(date(2026, 7, 1)) == {"access.Division": 2}
    assert past_retention(date(2019, 1, 1)) == {}
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2026, 6, 30), 10, date(2036, 6, 30)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(9000, 1, 1), 5000, date(9999, 1, 1)),
    ],
)
def test_years_are_counted_by_the_calendar(day: date, years: int, last: date) -> None:
    assert years_after(day, years) == last
