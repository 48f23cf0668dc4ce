"""One layer of one claim, step by step as the manual §5–§7 says it.

Part of the oracle: slow on purpose, sharing nothing with the compiled settlement. Must not know other claims but
through the accumulators it is handed.
"""

from __future__ import annotations

from fractions import Fraction

from doudi.engine.settle.oracle_bill import Bill, Done, Pool, Stay, Year, limited
from doudi.engine.settle.oracle_lookup import View, rounded
from doudi.policy.schema import Cap, Deductible, Layer

Bands = list[tuple[int, int | None, Fraction]]


def settle_layer(code: str, layer: Layer, bill: Bill, year: Year) -> None:
    """Pass a claim through one layer that applies to it, and move the accumulators (manual §7, steps 1 to 8)."""
    view = bill.view
    name = layer.pool or code
    pool = year.pools.setdefault(name, Pool())
    stay = _admit(layer, view, name, pool, year)  # None unless the deductible goes by admission
    base = bill.sum(layer.base) if layer.base is not None else bill.amount("inscp")
    steps: dict[str, int] = {"base": base}

    # 1. Absolute cost caps.
    x = min([base, *_rooms(code, layer, view, year, "cost", "absolute")])

    # 2. The deductible.
    limit = 0  # D: the yearly deductible in force, 0 if there is none
    d = 0
    if layer.deductible is not None and layer.deductible.per == "year":
        assert layer.deductible.amount is not None  # noqa: S101 -- the schema sees to it
        limit = view.yuan(layer.deductible.amount)
        d = min(pool.base + x, limit) - min(pool.base, limit)
        steps |= {
            "deductible_standard": limit,
            "deductible_before": min(pool.base, limit),
            "deductible": d,
            "deductible_left": limit - min(pool.base + x, limit),
        }
    elif layer.kind == "share":
        standard = 0 if layer.deductible is None else _standard(layer.deductible, bill, pool, stay)
        d = min(standard, x)
        steps |= {
            "deductible_standard": standard,
            "deductible_before": pool.deductible,
            "deductible": d,
            "deductible_left": standard - d,
        }
    else:
        steps["deductible"] = 0

    # 3. Cost caps above the deductible.
    y = min([x - d, *_rooms(code, layer, view, year, "cost", "above_deductible")])
    cut = (base - x) + (x - d - y)
    steps["counted"] = y

    # 4. and 5. What the layer would pay by itself.
    counted_of = 0
    if layer.kind == "recorded":
        assert layer.recorded is not None  # noqa: S101
        gross = (
            bill.amount(layer.recorded) if layer.recorded.startswith("cost.") else view.money(layer.recorded)
        )
    elif layer.kind == "guarantee":
        assert layer.at_most is not None and layer.of is not None  # noqa: S101, PT018
        counted_of = bill.sum(layer.of)
        share = view.ratio(layer.at_most)
        if layer.per == "year":
            unpaid, of = pool.base - pool.paid + base, pool.of + counted_of
        else:
            unpaid, of = base, counted_of
        gross = min(max(unpaid - rounded(share * of, layer.round.rounding), 0), base)
    else:
        parameter = layer.bands if layer.bands is not None else layer.ratio
        assert parameter is not None  # noqa: S101
        bands = view.bands(parameter)
        start = _start(layer, pool, limit, d)
        for i, (low, high, share) in enumerate(bands, 1):
            steps[f"band{i}"] = rounded(share * _overlap(low, high, start, start + y))
        gross = _gross(layer, bands, pool, limit, start, y)
    steps["gross"] = gross

    # 6. Payment caps, then what is left of the bill.
    rooms = _rooms(code, layer, view, year, "payment", None)
    paid = max(min([gross, *rooms, bill.left]), 0)
    if rooms:
        steps |= {"cap_room": min(rooms), "cap_left": min(rooms) - paid}

    # 7. What the person still bears of what the layer counted.
    if layer.kind == "recorded":
        copay, over = max(base - paid, 0), 0
    else:
        copay, over = max(y - gross, 0), cut + gross - paid
    bill.paid += paid
    bill.paid_in_scope += paid if layer.in_scope else 0
    bill.layers[code] = Done(base, d, paid, copay, over)
    steps |= {"paid": paid, "copay": copay, "over": over, "left": bill.left}
    bill.steps |= {f"{code}.{step}": fen for step, fen in steps.items()}

    # 8. Accumulators.
    pool.base += x
    pool.above += y
    pool.deductible += d
    pool.paid += paid
    pool.of += counted_of
    if stay is not None:
        stay.borne += d
    _use(
        code, layer, year, {("cost", "absolute"): x, ("cost", "above_deductible"): y, ("payment", None): paid}
    )


def _admit(layer: Layer, view: View, name: str, pool: Pool, year: Year) -> Stay | None:
    """Count the admission, or find the chain of stays that the claim belongs to (manual §3 `stays`, §6.1)."""
    if layer.deductible is None or layer.deductible.per != "admission":
        return None
    last = year.stays.get(name)
    if last is not None and _continues(layer.deductible, view, last):
        number, borne = last.number, last.borne
    else:
        pool.admissions += 1
        number, borne = pool.admissions, 0
    year.stays[name] = Stay(view.setl_id, view.text("mdtrt_id"), view.on("discharge"), number, borne)
    return year.stays[name]


def _continues(rule: Deductible, view: View, last: Stay) -> bool:
    if last.setl_id == view.setl_id:
        return True  # another layer of the pool has taken this claim already
    if (
        view.pack.file.stays.interim == "one_deductible"
        and last.mdtrt_id
        and last.mdtrt_id == view.text("mdtrt_id")
    ):
        return True
    transfer = rule.transfer
    if transfer is None or not view.applies(transfer.when, {}):
        return False
    gap = (view.on("admission") - last.end).days
    return 0 <= gap <= (0 if transfer.within_days is None else view.count(transfer.within_days))


def _standard(rule: Deductible, bill: Bill, pool: Pool, stay: Stay | None) -> int:
    """The deductible of one bill before it is cut to the base (manual §6.1)."""
    view = bill.view
    if rule.share is not None:
        unreduced = rounded(view.ratio(rule.share.ratio) * bill.sum(rule.share.of))
        if rule.share.at_least is not None:
            unreduced = max(unreduced, view.yuan(rule.share.at_least))
        if rule.share.at_most is not None:
            unreduced = limited(unreduced, view.limit(rule.share.at_most))
    else:
        assert rule.amount is not None  # noqa: S101 -- the schema sees to it
        unreduced = view.yuan(rule.amount)
    exact = Fraction(unreduced)
    if stay is not None and rule.sequence is not None:
        entry = view.entry(rule.sequence, stay.number)
        exact = entry * unreduced if isinstance(entry, Fraction) else Fraction(entry)
    standard = rounded(exact, rule.round)
    if rule.floor is not None:
        standard = max(standard, view.yuan(rule.floor))
    standard = min(standard, unreduced)
    if stay is not None:
        standard = max(standard - stay.borne, 0)
    ceiling = None if rule.year_ceiling is None else view.limit(rule.year_ceiling)
    if ceiling is not None:
        standard = min(standard, max(ceiling - pool.deductible, 0))
    return standard


def _start(layer: Layer, pool: Pool, limit: int, d: int) -> int:
    """Where the counted stretch begins among the bands (manual §7, step 4)."""
    if layer.per == "bill":
        return d if layer.measured == "absolute" else 0
    if layer.measured == "absolute":
        return pool.base + d
    if layer.deductible is not None and layer.deductible.per == "year":
        return max(pool.base - limit, 0)
    return pool.above


def _overlap(low: int, high: int | None, start: int, end: int) -> int:
    """How much of a band lies inside a stretch."""
    return max((end if high is None else min(end, high)) - max(low, start), 0)


def _gross(layer: Layer, bands: Bands, pool: Pool, limit: int, start: int, y: int) -> int:
    """What the ratio or the bands pay on the counted stretch (manual §7, step 5)."""

    def exact(first: int, end: int) -> Fraction:
        return sum((share * _overlap(low, high, first, end) for low, high, share in bands), Fraction(0))

    def whole(end: int) -> int:
        """The year's whole payment up to a point of the bands, rounded."""
        return rounded(exact(limit if layer.measured == "absolute" else 0, end), layer.round.rounding)

    if layer.on_change == "catch_up":
        return max(whole(start + y) - pool.paid, 0)
    if layer.round.of_total:
        return min(whole(start + y) - whole(start), y)
    return min(rounded(exact(start, start + y), layer.round.rounding), y)


def _caps(code: str, layer: Layer, on: str, measured: str | None) -> list[tuple[str, Cap]]:
    """The layer's caps of one kind, each with the name of its pool."""
    return [
        (cap.pool or f"{code}:{place}", cap)
        for place, cap in enumerate(layer.caps, 1)
        if cap.on == on and (on == "payment" or cap.measured == measured)
    ]


def _rooms(code: str, layer: Layer, view: View, year: Year, on: str, measured: str | None) -> list[int]:
    """What each cap of one kind leaves (manual §6.2)."""
    rooms = []
    for pool, cap in _caps(code, layer, on, measured):
        limit = view.limit(cap.limit)
        if limit is None:
            continue
        if cap.raise_ is not None:
            years = max(view.enrolled_years - view.count(cap.raise_.after_years), 0)
            most = rounded(view.ratio(cap.raise_.at_most) * limit)
            limit += min(view.yuan(cap.raise_.per_year) * years, most)
        if cap.per == "day":
            limit *= view.days
        if cap.per == "year":
            limit -= year.used.get(pool, 0)
        rooms.append(max(limit, 0))
    return rooms


def _use(code: str, layer: Layer, year: Year, moved: dict[tuple[str, str | None], int]) -> None:
    """Move the yearly caps by what each kind counts; a pool named twice in one kind moves once."""
    for (on, measured), fen in moved.items():
        for pool in {pool for pool, cap in _caps(code, layer, on, measured) if cap.per == "year"}:
            year.used[pool] = year.used.get(pool, 0) + fen
