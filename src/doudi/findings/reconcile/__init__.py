"""The five ledgers side by side: one state for each person and coverage year, flags beside it, and the entries behind both.

`docs/reconciliation.md` is the definition. `states` holds its words as data, `rows` reads ledgers, `people` judges, `run`
puts it together on an engine, `counts` makes rates and lists. Nothing here reads the register, the clock or settings.
"""

from doudi.findings.reconcile.counts import Rate, by_place, listed, rates
from doudi.findings.reconcile.rows import KINDS, NEEDED
from doudi.findings.reconcile.rules import Rules, Subsidy, Target
from doudi.findings.reconcile.run import Reconciled, reconcile
from doudi.findings.reconcile.states import FLAGS, STATES

__all__ = [
    "FLAGS", "KINDS", "NEEDED", "STATES", "Rate", "Reconciled", "Rules", "Subsidy", "Target", "by_place", "listed", "rates", "reconcile",
]  # fmt: skip
