"""Web pages packed as mail (.mht, often named .xls): spreadsheets save a workbook so, and systems export so.

The pages inside are handed on as they are; what they point to is never fetched. Knows no tables.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from typing import Final

from doudi.common.errors import InputFault
from doudi.ledgers.importers.limits import Limits

_OPENING = re.compile(rb"\s*(?:[A-Za-z-]{2,40}: [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){1,20}", re.ASCII)

_MOST_WRAPPERS: Final = 20


def is_mhtml(data: bytes) -> bool:
    """Whether the bytes open as a mail does, and say that pages follow."""
    opening = _OPENING.match(data, 0, 1 << 14)
    return (
        opening is not None
        and b"mime-version:" in opening[0].lower()
        and b"content-type:" in opening[0].lower()
    )


def _parts(data: bytes, name: str) -> Iterator[Message]:
    if data.lower().count(b"content-type: multipart") > _MOST_WRAPPERS:
        raise InputFault("网页包一层套一层，不是表格", name, do="用 Excel 或 WPS 打开后另存为 .xlsx")
    return email.message_from_bytes(data, policy=email.policy.compat32).walk()


def pages_of(data: bytes, name: str, limits: Limits) -> list[bytes]:
    """The pages that hold tables, in order."""
    pages: list[bytes] = []
    for number, part in enumerate(_parts(data, name), 1):
        if number > limits.parts:
            raise InputFault(f"网页包里的部件超过 {limits.parts:,} 个", name, f"至多 {limits.parts:,} 个")
        if part.get_content_type() != "text/html":
            continue
        page = part.get_payload(decode=True)
        if isinstance(page, bytes) and b"<table" in page.lower():
            pages.append(page)
    if not pages:
        raise InputFault(
            "网页包里没有表格", name, "含有数据表格的网页", "核对附件，用 Excel 或 WPS 打开后另存为 .xlsx"
        )
    return pages
