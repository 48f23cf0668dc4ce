"""Charts: the one module that draws them, for page, print and Word alike. Altair says what, vl-convert draws.

Every name and figure stands on a line of its own above its bar, so that nothing is laid out by the width of a text: the same
picture comes out on a machine without Chinese fonts, and whoever opens it reads it in fonts of their own. A picture of pixels
(`png`) needs the fonts where it is drawn, and is refused where they are missing.

Colours are the light ones; a page turns them for dark by the values below. This module must not know what a bar stands for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO, StringIO
from typing import Any

import altair as alt
from rich.cells import cell_len, set_cell_size

from doudi.common.errors import MissingPart

INK, QUIET, LINE = "#1f2733", "#6b7785", "#d5dbe3"
BEFORE, AFTER, LESS, MORE = "#b3bdc9", "#0f766e", "#0e7c70", "#b45309"
FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
#: Widths (pixels) for a page and for a phone; a page shows the one that fits.
WIDE, NARROW = 700, 330
_ROW, _NAME, _TALL, _THIN = 48, 15, 14, 8
_NAME_SIZE, _FIGURE_SIZE, _GAP = 13, 12, 12


@dataclass(frozen=True)
class Bar:
    """One row: a name, a figure as text, and one or two whole numbers to draw (of any one unit)."""

    name: str
    figure: str
    first: int
    second: int


#: Altair's class for inline data; it carries no types.
_Data: Any = alt.Data


def pairs(rows: Sequence[Bar], described: str, width: int = WIDE) -> Any:
    """A bar before and a bar after for each row, from a common zero."""
    scale = alt.Scale(domain=[0, max([1, *(max(row.first, row.second) for row in rows)])], nice=False)
    base = _base(rows, width)
    bars = [_bar(base, scale, "first", BEFORE, 24, _THIN), _bar(base, scale, "second", AFTER, 34, _THIN)]
    return _chart(base, bars, len(rows), described, width)


def diverging(rows: Sequence[Bar], described: str, width: int = WIDE) -> Any:
    """A bar to the left (`first`) and one to the right (`second`) of a common middle for each row."""
    left, right = (max([0, *sums]) for sums in ([row.first for row in rows], [row.second for row in rows]))
    # A side without bars keeps a little room, so that the middle is seen to be the middle.
    margin = max(left, right, 1) // 12 + 1
    scale = alt.Scale(domain=[-(left + margin), right + margin], nice=False)
    base = _base(rows, width)
    middle = base.mark_tick(color=QUIET, thickness=1, size=_TALL + 4, yOffset=_offset(22, _TALL + 4))
    bars = [
        _bar(base, scale, "left", LESS, 24, _TALL),
        _bar(base, scale, "second", MORE, 24, _TALL),
        middle.encode(x=alt.X("zero:Q", scale=scale, axis=None)),
    ]
    return _chart(base, bars, len(rows), described, width)


def waterfall(rows: Sequence[Bar], described: str, width: int = WIDE) -> Any:
    """A bar from where the row begins (`first`) to where it ends (`second`), one colour for more and one for less."""
    ends = [0, *(row.first for row in rows), *(row.second for row in rows)]
    margin = (max(ends) - min(ends)) // 24 + 1
    scale = alt.Scale(domain=[min(ends) - margin, max(ends) + margin], nice=False)
    base = _base(rows, width)
    bars = [
        base.transform_filter(f"datum.second {sign} datum.first")
        .mark_bar(color=colour, height=_TALL, yOffset=_offset(24, _TALL), cornerRadius=2)
        .encode(x=alt.X("first:Q", scale=scale, axis=None), x2="second:Q")
        for sign, colour in ((">", LESS), ("<", MORE))
    ]
    zero = base.mark_tick(color=QUIET, thickness=1, size=_TALL + 4, yOffset=_offset(22, _TALL + 4))
    bars.append(zero.encode(x=alt.X("zero:Q", scale=scale, axis=None)))
    return _chart(base, bars, len(rows), described, width)


def _base(rows: Sequence[Bar], width: int) -> Any:
    values = [
        {"place": k, "name": _fitting(row, width), "figure": row.figure}
        | {"first": row.first, "left": -row.first, "second": row.second, "zero": 0}
        for k, row in enumerate(rows)
    ]
    places = alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    return alt.Chart(_Data(values=values)).encode(y=places)


def _fitting(row: Bar, width: int) -> str:
    """The name, cut where it would run into its figure. A Chinese character is as wide as its size, a Latin one about half."""
    room = (width - _GAP) * 2 - cell_len(row.figure) * _FIGURE_SIZE
    most = room // _NAME_SIZE
    return (
        row.name if cell_len(row.name) <= most else set_cell_size(row.name, max(most - 2, 2)).rstrip() + "…"
    )


def _offset(top: int, height: int) -> int:
    """From the middle of a row to the middle of a mark that begins `top` pixels down the row."""
    return top + height // 2 - _ROW // 2


def _bar(base: Any, scale: alt.Scale, value: str, colour: str, top: int, height: int) -> Any:
    mark = base.mark_bar(color=colour, height=height, yOffset=_offset(top, height), cornerRadius=2)
    return mark.encode(x=alt.X(f"{value}:Q", scale=scale, axis=None))


def _chart(base: Any, bars: Sequence[Any], rows: int, described: str, width: int) -> Any:
    lift = _NAME - _ROW // 2
    names = base.mark_text(align="left", baseline="alphabetic", dy=lift, color=INK, fontSize=_NAME_SIZE)
    figures = base.mark_text(
        align="right", baseline="alphabetic", dy=lift, color=QUIET, fontSize=_FIGURE_SIZE
    )
    texts = [
        names.encode(x=alt.value(0), text="name:N"),
        figures.encode(x=alt.value(width), text="figure:N"),
    ]
    sized = alt.layer(*bars, *texts).properties(
        width=width, height=_ROW * max(rows, 1), description=described, background="transparent", padding=0
    )
    return sized.configure(font=FONT).configure_view(stroke=None)


def svg(chart: Any) -> str:
    """A chart as SVG that scales with its place and says in words what it shows. The same chart gives the same text."""
    out = StringIO()
    chart.save(out, format="svg")
    drawn = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", out.getvalue())
    # Clip paths are numbered by the process; here by the chart, so that several may stand on one page.
    ids = list(dict.fromkeys(re.findall(r'id="(clip\d+)"', drawn)))
    plain = re.sub(r"clip\d+", "", drawn)
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8]
    for number, name in enumerate(ids):
        drawn = re.sub(rf"\b{name}\b", f"c{mark}{number}", drawn)
    head, inside = drawn.split(">", 1)
    size = " ".join(re.findall(r'viewBox="[^"]*"', head))
    told = escape(str(chart.description), quote=True)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{told}">{inside}'


def svg_file(chart: Any) -> str:
    """The same as a file of its own: on white, whatever program shows it."""
    return svg(chart).replace("<svg ", '<svg style="background:white" ', 1)


def png(chart: Any, scale: int = 2) -> bytes:
    """A chart as pixels. Raises `MissingPart` where no font of this machine has Chinese characters."""
    if not draws_chinese():
        raise MissingPart(
            "这台机器没有中文字体，图片里的字会成为方框",
            do="安装中文字体（Debian：apt-get install fonts-noto-cjk）；网页中的图不受影响",
        )
    return _pixels(chart, scale)


def _pixels(chart: Any, scale: int) -> bytes:
    out = BytesIO()
    chart.save(out, format="png", scale_factor=scale)
    return out.getvalue()


@cache
def draws_chinese() -> bool:
    """Whether this machine's fonts draw Chinese: two characters come out as two pictures, not as the same box."""
    drawn = [_pixels(alt.Chart(_Data(values=[{}])).mark_text(text=one, fontSize=40), 1) for one in "县乡"]
    return drawn[0] != drawn[1]
