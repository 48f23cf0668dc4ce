"""Where the register lies: a file beside the other data, or a PostgreSQL server named by an address.

Knows how Django wants to be told; opens nothing and reads no environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from doudi.common.errors import InputFault

FILE = "register.sqlite3"
ALLOWED = "postgresql://用户:密码@主机:端口/库名"

#: For every new connection to SQLite. WAL lets readers go on while one writes; FULL means that what was said to be
#: committed is on the disk even where the power fails.
#: Large pages, which count when the file is made: a million rows are written in a sixth less time.
_PRAGMAS = """
PRAGMA page_size = 16384;
PRAGMA journal_mode = wal;
PRAGMA synchronous = full;
PRAGMA cache_size = -65536;
PRAGMA temp_store = memory;
"""
_WAIT_SECONDS = 30


def database_settings(home: Path, address: str | None) -> dict[str, Any]:
    """What Django's DATABASES says of the register: SQLite in `home`, or the server at `address`."""
    return _server(address) if address else _file(home / FILE)


def _file(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            # A transaction that will write takes the lock at its start: two clerks wait for each other instead of
            # one of them failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": _WAIT_SECONDS,
            "init_command": _PRAGMAS,
        },
    }


def _server(address: str) -> dict[str, Any]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _refused("不是可用的数据库地址") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise _refused("不是 PostgreSQL 数据库地址")
    options: dict[str, str] = dict(parse_qsl(parts.query))
    # The address form keeps a socket folder and the like behind the question mark.
    host = options.pop("host", unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": options.pop("user", unquote(parts.username or "")),
        "PASSWORD": options.pop("password", unquote(parts.password or "")),
        "HOST": host,
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": dict(options),
    }


def _refused(what: str) -> InputFault:
    # The address itself is not repeated: it may hold a password.
    return InputFault(what, where="DOUDI_DATABASE", allowed=ALLOWED, do="改正地址，或不设置它而使用 SQLite")
