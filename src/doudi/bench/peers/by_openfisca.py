"""The rule in OpenFisca-core, as its manual has it: two variables and a marginal-rate scale, worked out for all rows at once.

Run with its own interpreter: `by_openfisca.py FOLDER ROWS`. Its money is a 32-bit float; that is its choice, not ours.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.taxscales import MarginalRateTaxScale
from openfisca_core.variables import Variable

PERSON = build_entity(key="person", plural="persons", label="A person", is_person=True)
YEAR = "2025"


def system(rule: dict[str, Any]) -> Any:
    """The rule as a tax and benefit system."""
    scales = []
    for one in rule["categories"]:
        scale = MarginalRateTaxScale()
        starts = [one["deductible"], *rule["edges"]]
        for start, per_cent in zip(starts, one["per_cent"], strict=True):
            scale.add_bracket(start / 100, per_cent / 100)
        scales.append(scale)
    caps = [one["cap"] / 100 if one["cap"] >= 0 else np.inf for one in rule["categories"]]

    class yearly_sum(Variable):  # type: ignore[misc]  # noqa: N801 -- a variable's class carries the variable's name
        """What is left to a person of the year's costs in scope, yuan."""

        value_type = float
        entity = PERSON
        definition_period = DateUnit.YEAR
        label = "yearly sum"

    class poor(Variable):  # type: ignore[misc]  # noqa: N801
        """Whether the person belongs to the poor."""

        value_type = bool
        entity = PERSON
        definition_period = DateUnit.YEAR
        label = "poor"

    class critical_illness(Variable):  # type: ignore[misc]  # noqa: N801
        """What critical-illness insurance pays, yuan."""

        value_type = float
        entity = PERSON
        definition_period = DateUnit.YEAR
        label = "critical-illness insurance"

        def formula(person: Any, period: Any) -> Any:  # noqa: N805 -- OpenFisca's own form
            """Each category by its own scale."""
            total, is_poor = person("yearly_sum", period), person("poor", period)
            ordinary = np.minimum(scales[0].calc(total), caps[0])
            return np.where(is_poor, np.minimum(scales[1].calc(total), caps[1]), ordinary)

    made = TaxBenefitSystem([PERSON])
    made.add_variables(yearly_sum, poor, critical_illness)
    return made


def main(folder: Path, count: int) -> None:
    """Work out the first rows; input set and result calculated is timed, three times."""
    rule = json.loads((folder / "rule.json").read_text(encoding="utf-8"))
    sums = np.fromfile(folder / "sums.i64", "<i8")[:count] / 100
    poor = np.fromfile(folder / "categories.i64", "<i8")[:count] == 1
    simulation = SimulationBuilder().build_default_simulation(system(rule), count=len(sums))
    seconds = []
    for _ in range(3):
        for name in ("yearly_sum", "poor", "critical_illness"):
            simulation.delete_arrays(name)
        begun = time.perf_counter()
        simulation.set_input("yearly_sum", YEAR, sums)
        simulation.set_input("poor", YEAR, poor)
        paid = simulation.calculate("critical_illness", YEAR)
        seconds.append(time.perf_counter() - begun)
    np.rint(paid.astype(np.float64) * 100).astype("<i8").tofile(folder / "paid.i64")
    told = {"rows": len(paid), "seconds": seconds, "version": f"openfisca-core {version('openfisca-core')}"}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
