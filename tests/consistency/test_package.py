"""The wheel carries the policies, and an editable install does not carry a second copy of them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.consistency.project import ROOT, files


def test_the_wheel_carries_every_policy_file_and_module(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    policies = {f"doudi/{path.relative_to(ROOT).as_posix()}" for path in _below("policies")}
    modules = {path.relative_to(ROOT / "src").as_posix() for path in _below("src")}
    assert policies
    assert (policies | modules) - carried == set()


def test_the_checkout_uses_the_policies_at_its_root() -> None:
    installed = [Path(entry) / "doudi" for entry in sys.path if Path(entry).name == "site-packages"]
    assert not [folder for folder in installed if folder.exists()]


def _below(folder: str) -> list[Path]:
    return [path for path in files() if path.relative_to(ROOT).parts[0] == folder]
