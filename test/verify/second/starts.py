"""What the stages start from: the samples that are kept, and what MW holds, by the networks of the solution."""
from decimal import Decimal

from problem import ceil_div

MILLION = 1_000_000


class Start:
    """What the stages start from, by the networks of the solution."""

    def __init__(self, p, worth, solution):
        stages = {record["stage"]: record for record in solution["stages"]}
        found = [record for record in solution["stages"] if record["objective"] is not None]

        def network(name):
            record = stages.get(name)
            if record is None or record["objective"] is None:
                return None
            chosen = record.get("network") or (solution.get("network") if record is found[-1] else None)
            return chosen and chosen["weights"]

        sm, mm = network("sm"), network("mm")
        self.keep = p.keep if p.keep is not None else list(range(p.samples))
        if p.keep is None and "sm" in stages:
            self.keep = worth.counted(sm) if sm is not None else None  # not known
        tolerance = int(round(float(solution.get("tolerance", 0)) * MILLION))

        def held(margins):
            return ("margins", [[ceil_div((MILLION - tolerance) * m, MILLION) for m in layer] for layer in margins])

        if p.margins is not None:
            self.hold = held([[int(Decimal(str(m)) * p.D) for m in layer] for layer in p.margins])
        elif self.keep is None:
            self.hold = ("correct", None)
        elif mm is not None and p.kind == "soft":
            self.hold = ("loss", [[(MILLION + tolerance) * worth.loss(mm, self.keep) // MILLION]])
        elif mm is not None:
            self.hold = held(worth.margins(mm, self.keep))
        else:
            self.hold = ("confident" if "sm" in stages and p.kind == "paper" else "correct", None)
