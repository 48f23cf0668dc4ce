"""Arrays as bare addresses, for the innermost loop: reading one counts no references and checks no bounds.

numba counts references to every array that a compiled function takes out of a tuple or hands to a helper; inside a loop
over claims that costs several times the settlement itself. Whoever takes an address keeps the array alive meanwhile.
"""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from doudi.engine.settle.layout import Claims, Tables


def _address(typingctx: Any, array: Any) -> Any:
    if array.layout != "C":
        raise TypingError("address: the array's rows must lie one after the other")

    def place(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    pointer: Any = types.CPointer
    return pointer(array.dtype)(array), place


#: Where an array's first item lies; items follow in the order of the rows. Inside compiled code only.
address: Any = intrinsic(_address)


@njit(cache=True, nogil=True)
def addresses_of_claims(claims: Any) -> Any:
    """Every column of a block of claims as an address."""
    return Claims(
        address(claims.person), address(claims.year), address(claims.combo), address(claims.begins), address(claims.ends),
        address(claims.days), address(claims.age), address(claims.enrolled_days), address(claims.enrolled_years), address(claims.stay),
        address(claims.flags), address(claims.amounts), address(claims.costs), address(claims.recorded), address(claims.prior),
        address(claims.prior_index), address(claims.prior_rows),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def addresses_of_tables(tables: Any) -> Any:
    """Every table of a policy as an address."""
    return Tables(
        address(tables.count), address(tables.layer), address(tables.rule), address(tables.prepay), address(tables.prepays),
        address(tables.rules), address(tables.terms), address(tables.bands), address(tables.sequences), address(tables.caps),
        address(tables.sizes),
    )  # fmt: skip
