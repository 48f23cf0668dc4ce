"""Whether claims put into integers for one policy may serve another, and how two policies are brought to that.

Two policies that differ in numbers alone class claims alike, but for the days on which numbers change. A day on which nothing
changes does no harm, so each gets the other's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from doudi.engine.settle.compile import Compiled, compile_pack
from doudi.policy.pack import DatedParameter, Pack
from doudi.policy.usage import used_parameters


def compile_alike(before: Pack, after: Pack) -> tuple[Compiled, Compiled, bool]:
    """Both policies compiled, and whether claims encoded for the first are encoded for the second."""
    old, new = compile_pack(before), compile_pack(after)
    if old.epochs != new.epochs and before.from_ == after.from_:
        days = {*old.epochs, *new.epochs}
        if missing := days - {*old.epochs}:
            old = compile_pack(_with_days(before, missing))
        if missing := days - {*new.epochs}:
            new = compile_pack(_with_days(after, missing))
    return old, new, encodes_alike(old, new)


def encodes_alike(a: Compiled, b: Compiled) -> bool:
    """Whether claims encoded for one policy are encoded for the other too."""
    mine, theirs = (
        (
            *(
                one.dimensions,
                one.strides,
                one.epochs,
                one.costs,
                one.recorded,
                one.pools,
                one.cap_pools,
                one.pack.to,
            ),
            *(one.pack.file.dates, one.pack.file.stays, one.pack.file.year_starts),
            [one.pack.file.dimensions[name] for name in one.dimensions],
        )
        for one in (a, b)
    )
    return mine == theirs


def _with_days(pack: Pack, days: Iterable[dt.date]) -> Pack:
    """The same policy, some value of it told in two parts on each of some days."""
    names = used_parameters(pack)
    parameters = dict(pack.parameters)
    for day in days:
        name = next((n for n in names if (entry := parameters[n].on(day)) and entry.from_ < day), None)
        if name is not None:
            parameters[name] = _parted(parameters[name], day)
    return replace(pack, parameters=parameters)


def _parted(parameter: DatedParameter, day: dt.date) -> DatedParameter:
    values = []
    for entry in parameter.values:
        if entry.from_ < day <= entry.to:
            values += [replace(entry, to=day - dt.timedelta(days=1)), replace(entry, from_=day)]
        else:
            values.append(entry)
    return replace(parameter, values=tuple(values))
