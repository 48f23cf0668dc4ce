"""A stretch of a sample county, as tests look at it."""

from __future__ import annotations

from doudi.sample.chunk import Chunk, chunk
from doudi.sample.claim_rows import ClaimRows
from doudi.sample.order import Order
from doudi.sample.people import Register
from doudi.sample.places import places


def register(order: Order) -> Register:
    """The people and places of an order."""
    return Register(order, places(order.size, order.mix.last.year))


def stretch(order: Order, first: int = 0, end: int | None = None) -> Chunk:
    """Some of its people with all that happened to them."""
    return chunk(order, register(order), first, order.size if end is None else end)


def rows_of(order: Order, part: Chunk) -> ClaimRows:
    """The rows of a stretch's claims."""
    whole = register(order)
    return ClaimRows(part, whole.places, whole.stands, whole.draws)
