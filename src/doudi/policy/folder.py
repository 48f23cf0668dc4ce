"""Where policies lie: the folder chosen, the checkout's, or the one in the installed package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from doudi.common.errors import InputFault

SETTLEMENT = "settlement"


def root(chosen: Path | None = None) -> Path:
    """The folder of policies: the one chosen, else the checkout's, else the one in the installed package."""
    package = Path(str(files("doudi")))
    places = [chosen] if chosen else [package.parent.parent / "policies", package / "policies"]
    for place in places:
        if (place / SETTLEMENT).is_dir():
            return place
    where = "、".join(map(str, places))
    raise InputFault(
        "找不到政策目录", where, f"其下有 {SETTLEMENT} 的目录", "核对 DOUDI_POLICIES，或重新安装"
    )
