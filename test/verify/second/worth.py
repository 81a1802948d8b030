"""What a network is worth at each stage, by the semantics of docs/architecture.md and docs/robust.md."""
import itertools

from problem import MOST, NotJudged

INFINITY = float("inf")


def sums_of(weights, row):
    """Pre-activations, layer by layer."""
    below, out = row, []
    for layer in weights:
        out.append([sum(w * a for w, a in zip(neuron, below)) for neuron in layer])
        below = [1 if s >= 0 else -1 for s in out[-1]]
    return out


class Worth:
    """What the objectives have in common; a network that is not allowed at a stage is worth None."""

    def __init__(self, p):
        self.p = p

    def label(self, sample):
        return self.p.y[self.p.sample_of.index(sample)]

    def count(self, weights):
        """SM."""
        counted = set(self.counted(weights))
        for label, most in self.p.spare.items():
            lost = sum(s not in counted and self.label(s) == label for s in range(self.p.samples))
            if most is not None and lost > most:
                return None
        return sum(self.p.costs[s] for s in counted)

    def at(self, stage, weights, start):
        if stage == "sm":
            return self.count(weights)
        if stage == "mm":
            return self.value(weights, start.keep)
        if not self.holds(weights, start.keep, start.hold):
            return None
        return sum(self.p.nonzeros(weights))

    def better(self, stage, start, claim):
        """A network beyond the claim, or None."""
        for weights in self.p.networks():
            worth = self.at(stage, weights, start)
            if worth is not None and (worth < claim if stage == "mw" else worth > claim):
                return weights
        return None


class PaperWorth(Worth):
    def counted(self, weights):
        return [k for k in range(len(self.p.x)) if self.counts(weights, k)]

    def counts(self, weights, k):
        """Whether SM counts sample k."""
        p = self.p
        sums, radii = sums_of(weights, p.x[k]), self.radii(weights)
        output = p.y[k] * sums[-1][0]
        if len(weights) == 1:
            return output - radii[0] >= p.threshold
        certain = all(s - r >= 0 if s >= 0 else -s - r >= 1 for s, r in zip(sums[0], radii))
        return certain and output >= p.threshold

    def radii(self, weights):
        return [sum(r * abs(w) for r, w in zip(self.p.rad, neuron)) for neuron in weights[0]]

    def margins(self, weights, keep):
        """Of every neuron, in units of 1/D; below 0 where something is wrong."""
        p, radii = self.p, self.radii(weights)
        least = [[None] * len(layer) for layer in weights]
        for k in keep:
            for l, sums in enumerate(sums_of(weights, p.x[k])):
                for j, s in enumerate(sums):
                    plus = p.y[k] > 0 if l == len(weights) - 1 else s >= 0
                    r = radii[j] if l == 0 else 0
                    m = p.D * (s - r) if plus else p.D * (-s - r) - p.eps
                    least[l][j] = m if least[l][j] is None else min(least[l][j], m)
        return [[0 if m is None else m for m in layer] for layer in least]

    def value(self, weights, keep):
        margins = sum(self.margins(weights, keep), [])
        return None if any(m < 0 for m in margins) else sum(margins)

    def holds(self, weights, keep, hold):
        kind, held = hold
        if kind == "confident":
            return all(self.counts(weights, k) for k in keep)
        margins = sum(self.margins(weights, keep), [])
        asked = [0] * len(margins) if kind == "correct" else sum(held, [])
        return not keep or all(m >= max(0, h) for m, h in zip(margins, asked))


class RobustWorth(Worth):
    """Distances of first-layer activations, and every completion of those that are not known."""

    def __init__(self, p):
        super().__init__(p)
        self.single = len(p.layers) == 2
        self.vectors = list(itertools.product((1, -1), repeat=p.layers[1]))
        if len(self.vectors) > MOST:
            raise NotJudged(f"{len(self.vectors)} completions")

    def outputs(self, weights):
        """What the layers above make of every vector of activations."""
        if self.single:
            return {vector: vector[0] for vector in self.vectors}
        return {v: 1 if sums_of(weights[1:], v)[-1][0] >= 0 else -1 for v in self.vectors}

    def standing(self, neuron, k):
        """The side of a neuron on row k, and its distance from the other."""
        p = self.p
        if not any(neuron):
            return 1, INFINITY
        s = sum(w * x for w, x in zip(neuron, p.x[k]))
        r = sum(rad * abs(w) for rad, w in zip(p.rad, neuron))
        return (1, p.D * (s - r)) if s >= 0 else (-1, p.D * (-s - r) - p.eps)

    def certified(self, outputs, standings, thresholds, label):
        known = [side if distance >= m else 0 for (side, distance), m in zip(standings, thresholds)]
        return all(out == label for v, out in outputs.items() if all(a == b or b == 0 for a, b in zip(v, known)))

    def margin(self, weights, outputs, k):
        """The largest threshold at which row k is certified, or None."""
        standings = [self.standing(neuron, k) for neuron in weights[0]]
        steps = sorted({d for _, d in standings if d >= 0} | {INFINITY}, reverse=True)
        return next((m for m in steps if self.certified(outputs, standings, [m] * len(standings), self.p.y[k])), None)

    def counted(self, weights):
        outputs = self.outputs(weights)
        lost = {self.p.sample_of[k] for k in range(len(self.p.x)) if self.margin(weights, outputs, k) is None}
        return [sample for sample in range(self.p.samples) if sample not in lost]

    def mixed(self, rows):
        return len({self.p.y[k] for k in rows}) == 2

    def value(self, weights, keep):
        rows, outputs = self.p.family(keep), self.outputs(weights)
        margins = [self.margin(weights, outputs, k) for k in rows]
        if None in margins:
            return None
        return min(margins) if self.mixed(rows) else 0

    def margins(self, weights, keep):
        """What MW holds: M for all, then neuron after neuron raised as far as all rows stay certified; 0 above."""
        p, rows, outputs = self.p, self.p.family(keep), self.outputs(weights)
        held = [self.value(weights, keep) or 0] * p.layers[1]
        standings = {k: [self.standing(neuron, k) for neuron in weights[0]] for k in rows}
        for j in range(len(held) if self.mixed(rows) else 0):
            without = held[:j] + [INFINITY] + held[j + 1:]
            # A neuron without weights is known at every threshold: no row needs it more than it has it.
            needing = [k for k in rows if standings[k][j][1] < INFINITY
                       and not self.certified(outputs, standings[k], without, p.y[k])]
            if needing:
                held[j] = min(standings[k][j][1] for k in needing)
        return [held] + [[0] * size for size in p.layers[2:]]

    def holds(self, weights, keep, hold):
        kind, held = hold
        if kind == "loss":
            return self.loss(weights, keep) <= held[0][0]
        thresholds = [0] * self.p.layers[1] if kind == "correct" else held[0]
        outputs = self.outputs(weights)
        return all(
            self.certified(outputs, [self.standing(neuron, k) for neuron in weights[0]], thresholds, self.p.y[k])
            for k in self.p.family(keep))


class SoftWorth(RobustWorth):
    """Losses: what the rows' literals lack."""

    def __init__(self, p):
        super().__init__(p)
        self.literals = list(itertools.product((1, -1, 0), repeat=p.layers[1]))

    def reaches(self, neuron, k):
        p = self.p
        if not any(neuron):
            return {1: INFINITY, -1: -1}
        s = sum(w * x for w, x in zip(neuron, p.x[k]))
        r = sum(rad * abs(w) for rad, w in zip(p.rad, neuron))
        return {1: s - r, -1: -s - r - 1}

    def loss(self, weights, keep):
        p, outputs = self.p, self.outputs(weights)
        forcing = {label: [some for some in self.literals if all(
            out == label for v, out in outputs.items() if all(a == b or b == 0 for a, b in zip(v, some)))]
            for label in (1, -1)}
        total = 0
        for k in p.family(keep):
            reaches = [self.reaches(neuron, k) for neuron in weights[0]]
            reach = max((min((reaches[j][s] for j, s in enumerate(some) if s), default=INFINITY)
                         for some in forcing[p.y[k]]), default=-INFINITY)
            total += max(0, p.target[k] - reach) ** 2
        return total

    def value(self, weights, keep):
        loss = self.loss(weights, keep)
        return None if loss == INFINITY else -loss


def worth_of(p):
    return {"paper": PaperWorth, "robust": RobustWorth, "soft": SoftWorth}[p.kind](p)
