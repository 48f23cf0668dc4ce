"""A new key for everything: what older keys sealed is sealed again, in batches, and may be stopped at any moment.

Each value says which key sealed it, so the work needs no memory of its own: whoever starts it again goes on with
what is left. A register belongs to one ring of keys; `claim` refuses another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.functions import Substr

from doudi.access.ciphers import HEAD, CipherName
from doudi.access.fields import SealedField
from doudi.access.keys import KeyRing
from doudi.access.models import FOREVER, RingMark
from doudi.common.errors import StoreFault

BATCH = 5_000

Resealing = Callable[[KeyRing], int]
"""Seals again what lies outside the database (files), and tells how many that were."""


def claim(ring: KeyRing) -> None:
    """Bind the register to a ring of keys at its first use; refuse any other from then on."""
    ring.reload()
    made, _ = RingMark.objects.get_or_create(defaults={"mark": ring.mark, "keep_until": FOREVER}, pk=1)
    if bytes(made.mark) != ring.mark:
        raise StoreFault("密钥文件不是这个登记库的", do="放回这个登记库原来的密钥文件，或改正 DOUDI_KEYS")


def claimed() -> bool:
    """Whether the register belongs to a ring of keys already."""
    return bool(RingMark.objects.exists())


def rotate_keys(
    ring: KeyRing, *, cipher: CipherName | None = None, further: Sequence[Resealing] = (), batch: int = BATCH
) -> dict[str, int]:
    """Add a key and seal everything with it; tells how many values of each kind were sealed again."""
    ring.rotate(cipher)
    return reseal(ring, further=further, batch=batch)


def reseal(ring: KeyRing, *, further: Sequence[Resealing] = (), batch: int = BATCH) -> dict[str, int]:
    """Seal with the newest key whatever an older one sealed; also goes on where it was stopped."""
    done = {
        f"{model._meta.label}.{field.name}": _column(ring, model, field, batch)
        for model, field in sealed_columns()
    }
    for one in further:
        done[one.__name__] = one(ring)
    return done


def drop_unused(ring: KeyRing, *, further: Sequence[Resealing] = ()) -> tuple[int, ...]:
    """Forget every key but the newest, once nothing is sealed with it any more; tells which.

    No other program may be writing: one that was started before the rotation still seals with an older key.
    """
    reseal(ring, further=further)
    left = [number for number in ring.numbers if number != ring.current.number]
    for number in left:
        ring.drop(number)
    return tuple(left)


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField]]:
    """Every column of the register that holds sealed values."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedField):
                yield model, field


def _column(ring: KeyRing, model: type[models.Model], field: SealedField, batch: int) -> int:
    head, name = ring.current.head, field.name
    older = (
        model._default_manager.filter(**{f"{name}__isnull": False})
        .annotate(sealed_head=Substr(name, 1, HEAD, output_field=models.BinaryField()))
        .exclude(sealed_head=head)
        .order_by("pk")
    )
    quote = connection.ops.quote_name
    table, column, key = (quote(one) for one in (model._meta.db_table, field.column, model._meta.pk.column))
    # The names are the models' own. A value that changed meanwhile is left for the next run.
    update = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608
    done = 0
    last: Any = None
    while True:
        ahead = older if last is None else older.filter(pk__gt=last)
        with transaction.atomic():
            rows = [(pk, bytes(sealed)) for pk, sealed in ahead.values_list("pk", name)[:batch]]
            if not rows:
                return done
            fresh = ring.seal_many(ring.unseal_many([sealed for _, sealed in rows]))
            with connection.cursor() as cursor:
                cursor.executemany(
                    update, [(new, pk, old) for new, (pk, old) in zip(fresh, rows, strict=True)]
                )
        done += len(rows)
        last = rows[-1][0]
