"""Whether facts agree with themselves: the dictionary's identities, refunds, dates, codes, ages, lines.

Each rule is one function from a table (inside form) to findings; `run` applies them all. Nothing here is
about policy: a settlement may satisfy every check and still have paid the wrong sum.
"""

from doudi.facts.checks.run import Checked, check_fee_lines, check_settlements

__all__ = ["Checked", "check_fee_lines", "check_settlements"]
