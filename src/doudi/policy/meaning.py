"""What a policy means, apart from how and in which files it is written: for comparing, and for signing.

Two packs that settle alike, say the same to people and cite the same documents are equal here, whatever
the layout of their files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from doudi.policy.pack import Pack


def meaning(pack: Pack) -> dict[str, Any]:
    """A pack as plain data; what is left at its default does not appear, so that a new key changes nothing."""
    file = {key: value for key, value in _plain(pack.file).items() if key not in ("uses", "parameters")}
    parameters = {name: _plain(parameter) for name, parameter in pack.parameters.items()}
    return {"file": file, "parameters": parameters}


def fingerprint(pack: Pack) -> str:
    """Sixteen hex digits over the meaning of a pack."""
    text = json.dumps(meaning(pack), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        held = ((name, getattr(value, name), info.default) for name, info in type(value).model_fields.items())
        return {name: _plain(inner) for name, inner, default in held if inner != default and inner != ""}
    if is_dataclass(value) and not isinstance(value, type):
        held = ((f.name, getattr(value, f.name), f.default) for f in fields(value) if f.compare)
        inner = {name: _plain(inner) for name, inner, default in held if inner != default}
        return {"is": type(value).__name__, **inner}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value
