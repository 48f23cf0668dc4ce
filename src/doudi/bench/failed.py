"""The fault of a measurement that did not come to an end."""

from __future__ import annotations

from doudi.common.errors import DoudiError


class BenchFailed(DoudiError):  # noqa: N818 -- named for what happened
    """A timed process failed, or gave something other than what it was to give."""
