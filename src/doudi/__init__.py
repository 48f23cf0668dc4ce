"""Doudi 兜底: keeps a county's safety net whole.

Every figure opens onto its records, every yuan onto its clause, every decision onto its people and
evidence. The packages and what each may import are listed, with reasons, in `.importlinter`.
This module holds the version and nothing else, so that importing any part costs nothing more.
"""

__version__ = "0.1.0"
