"""What a problem file says (docs/formats.md), and all networks that it allows."""
import itertools
import os
from decimal import Decimal

MOST = int(os.environ.get("MOST", 4_000))  # networks, or upper layers, that are enumerated


class Refused(Exception):
    """The proof does not show what it claims."""


class NotJudged(Exception):
    """What Python would take too long for."""


def need(holds, why):
    if not holds:
        raise Refused(why)


def ceil_div(a, b):
    return -((-a) // b)


class Problem:
    def __init__(self, raw):
        self.raw = raw
        self.layers, self.P = raw["layers"], raw["weightBound"]
        self.x, self.y = raw["samples"], raw["labels"]
        width = range(self.layers[0])
        self.rad = raw.get("radii") or [raw.get("perturbations", {}).get("linf", 0) for _ in width]
        self.ranges = raw.get("ranges") or [[-self.P, self.P] for _ in width]
        self.counted = [i not in raw.get("free", []) for i in width]
        self.limit = raw.get("maxNonzero")
        wrong = raw.get("atMostWrong", {})
        self.spare = {1: wrong.get("1"), -1: wrong.get("-1")}
        self.keep, self.margins = raw.get("keep"), raw.get("margins")
        epsilon = Decimal(raw["epsilon"]).normalize()
        self.D = 10 ** max(0, -epsilon.as_tuple().exponent)
        self.eps = int(epsilon * self.D)
        self.active = [i for i in range(self.layers[0]) if any(row[i] for row in self.x)]
        last = len(self.active) if len(self.layers) == 2 else self.layers[-2]
        self.threshold = raw.get("confidence", ceil_div(self.P * (last + 1), 4))
        self.kind = "paper"
        if raw.get("objective") == "robust":
            self.kind = "soft" if raw.get("soft") is not None else "robust"
        self.target = raw.get("soft")
        self.sample_of = raw.get("groups") or list(range(len(self.x)))
        self.samples = max(self.sample_of, default=-1) + 1
        self.costs = raw.get("costs") or [1] * self.samples
        self.exclusive, self.together = (
            [[column if isinstance(column, list) else [column] for column in group] for group in raw.get(name) or []]
            for name in ("exclusive", "together"))
        self.above = sum(a * b for a, b in zip(self.layers[1:], self.layers[2:]))
        self.variable = sum(self.counted[i] for i in self.active) * self.layers[1] + self.above
        if self.limit is not None:
            self.variable = min(self.variable, self.limit + self.above)

    def nonzeros(self, weights):
        """Of the first layer those that are counted, and of those above."""
        first = sum(w != 0 and self.counted[i] for neuron in weights[0] for i, w in enumerate(neuron))
        return first, sum(w != 0 for layer in weights[1:] for neuron in layer for w in neuron)

    def family(self, samples):
        """The rows of some samples, in the order of the problem."""
        wanted = set(samples)
        return [k for k, sample in enumerate(self.sample_of) if sample in wanted]

    def combined(self, weights):
        """Whether a single neuron keeps to the groups of columns."""
        used = [[any(weights[i] for i in column) for column in group] for group in self.exclusive + self.together]
        at_most_one, all_or_none = used[:len(self.exclusive)], used[len(self.exclusive):]
        return all(sum(group) <= 1 for group in at_most_one) and all(len(set(group)) == 1 for group in all_or_none)

    def networks(self):
        """Every network, first-layer weights of inactive inputs 0."""
        values = range(-self.P, self.P + 1)
        first = [range(lo, up + 1) if i in self.active else (0,) for i, (lo, up) in enumerate(self.ranges)]
        shapes = [first] * self.layers[1]
        for below, size in zip(self.layers[1:], self.layers[2:]):
            shapes += [[values] * below] * size
        ways = 1
        for shape in shapes:
            for choice in shape:
                ways *= len(choice)
        if ways > MOST:
            raise NotJudged(f"{ways} networks")
        for flat in itertools.product(*(itertools.product(*shape) for shape in shapes)):
            weights, at = [], 0
            for size in self.layers[1:]:
                weights.append(flat[at:at + size])
                at += size
            if self.limit is not None and self.nonzeros(weights)[0] > self.limit:
                continue
            if self.combined(weights[0][0]):
                yield weights
