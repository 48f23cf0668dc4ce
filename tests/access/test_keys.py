"""Keys in their file, sealing and finding."""

from __future__ import annotations

import hmac
import json
import multiprocessing
import pickle
import stat
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.access.ciphers import CipherName
from doudi.access.keys import KeyRing, open_keys
from doudi.common.errors import InputFault, StoreFault

ID = "990101199001011234"


@pytest.fixture(params=get_args(CipherName))
def ring(request: pytest.FixtureRequest, tmp_path: Path) -> KeyRing:
    return open_keys(tmp_path / "keys.json", request.param)


def test_what_is_sealed_comes_back(ring: KeyRing) -> None:
    plain = [b"", b"x", ID.encode(), b"\0" * 5000]
    sealed = ring.seal_many(plain)
    assert ring.unseal_many(sealed) == plain
    assert ring.unseal(memoryview(ring.seal(b"x"))) == b"x"
    assert not any(ID.encode() in one for one in sealed)


def test_twice_the_same_is_sealed_in_two_ways(ring: KeyRing) -> None:
    assert len(set(ring.seal_many([b"x"] * 1000))) == 1000


def test_any_changed_byte_is_refused(ring: KeyRing) -> None:
    sealed = ring.seal(b"number")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(StoreFault):
            ring.unseal(changed)
    for length in range(len(sealed)):
        with pytest.raises(StoreFault):
            ring.unseal(sealed[:length])


@given(st.text())
def test_a_text_is_found_by_a_keyed_digest(text: str) -> None:
    ring = KeyRing(Path(), b"k" * 32, [])
    assert ring.index(text) == hmac.digest(b"k" * 32, text.encode(), "sha256")[:16]


def test_a_column_is_indexed_as_its_cells_are(ring: KeyRing) -> None:
    column = ring.index_many(pa.chunked_array([[ID, None], ["", ID]]))
    assert column.type == pa.binary(16)
    assert column.to_pylist() == [ring.index(ID), None, ring.index(""), ring.index(ID)]


def test_a_new_file_is_its_owners_alone(ring: KeyRing, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]
    assert open_keys(file).unseal(ring.seal(b"x")) == b"x"
    assert open_keys(file).index(ID) == ring.index(ID)


def test_a_file_that_others_may_read_is_refused(ring: KeyRing, tmp_path: Path) -> None:
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(StoreFault, match="chmod 600"):
        open_keys(tmp_path / "keys.json")


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: told.pop("index"),
        lambda told: told.update(version=2),
        lambda told: told.update(index="00"),
        lambda told: told.update(keys=[]),
        lambda told: told["keys"][0].update(secret="00ff"),
        lambda told: told["keys"][0].update(secret="not hex"),
        lambda told: told["keys"][0].update(cipher="rot13"),
        lambda told: told["keys"].append("key"),
    ],
)
def test_a_damaged_file_is_told_and_not_quoted(ring: KeyRing, tmp_path: Path, damage: object) -> None:
    file = tmp_path / "keys.json"
    told = json.loads(file.read_text())
    damage(told)  # type: ignore[operator]
    file.write_text(json.dumps(told))
    with pytest.raises(StoreFault, match="读不懂") as raised:
        open_keys(file)
    assert raised.value.__suppress_context__
    file.write_text('{"index": "secret')
    with pytest.raises(StoreFault, match="读不懂"):
        open_keys(file)


def test_an_unknown_cipher_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="sm4-gcm"):
        open_keys(tmp_path / "keys.json", "rot13")  # type: ignore[arg-type]
    assert not (tmp_path / "keys.json").exists()


def test_after_a_rotation_the_old_still_opens_and_the_index_stays(ring: KeyRing, tmp_path: Path) -> None:
    old, found = ring.seal(b"old"), ring.index(ID)
    other = open_keys(tmp_path / "keys.json")  # another program, started before
    assert ring.rotate("sm4-gcm") == 2
    new = ring.seal(b"new")
    for one in (ring, other, open_keys(tmp_path / "keys.json")):
        assert one.unseal_many([old, new]) == [b"old", b"new"]
        assert one.index(ID) == found


def test_a_dropped_key_is_gone(ring: KeyRing, tmp_path: Path) -> None:
    old = ring.seal(b"old")
    ring.rotate()
    ring.drop(1)
    with pytest.raises(StoreFault, match="第 1 号密钥"):
        open_keys(tmp_path / "keys.json").unseal(old)
    with pytest.raises(ValueError, match="seals now"):
        ring.drop(2)


def test_no_key_is_shown_or_sent(ring: KeyRing, tmp_path: Path) -> None:
    told = json.loads((tmp_path / "keys.json").read_text())
    shown = f"{ring!r} {ring} {ring.current!r} {ring.mark.hex()}"
    assert told["index"] not in shown
    assert told["keys"][0]["secret"] not in shown
    assert str(bytes.fromhex(told["keys"][0]["secret"])) not in shown
    with pytest.raises(TypeError, match="path"):
        pickle.dumps(ring)


def mark(path: Path) -> bytes:
    return open_keys(path).mark


def test_programs_that_start_together_make_one_file(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        marks = pool.map(mark, [tmp_path / "deep" / "keys.json"] * 8)
    assert len(set(marks)) == 1
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["keys.json"]
