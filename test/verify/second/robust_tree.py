"""Trees of the robust objective, and matchings (docs/proof.md, "Robust objective")."""
import itertools

from problem import Problem, need
from tree import Tree
from worth import PaperWorth

OPEN = 2  # in `side`: the row does not know the neuron


class RobustTree(Tree):
    letters = "mifuwblxpr"
    inside = "mifwlx"
    state = (*Tree.state, "out")

    def __init__(self, p, stage, start, claim):
        super().__init__(p, stage, start, claim)
        self.alone, self.single = self.single, False
        self.sm = stage == "sm"
        self.out = []  # samples that are left out
        self.plain = plain_bound(self, p)
        mixed = self.mixed
        if self.sm or not self.mm:
            self.b = [0] * self.n
        elif not mixed:
            self.b = [min(0, most) if self.alone else 0 for most in self.b]
        self.U = len(p.layers) - 2 if not self.mm and mixed else 0
        self.side = [[y if self.alone and not self.sm else 0 for y in self.y] for _ in range(self.n)]

    def rows_of(self, start):
        return self.p.family(range(self.p.samples) if self.stage == "sm" else start.keep)

    def sample(self, k):
        return self.p.sample_of[self.keep[k]]

    def left_out(self, k):
        return self.sample(k) in self.out

    def total(self, b=None):
        b = self.b if b is None else b
        if self.sm:
            return sum(cost for sample, cost in enumerate(self.p.costs) if sample not in self.out)
        if self.mm:
            return min(b + [self.plain])
        return max(super().total(b), self.plain)

    def still_open(self, j, bound):
        if self.lemma or not self.mm:
            return not self.closes(j, bound)
        return bound > (-1 if self.sm else self.claim)

    def has_weights(self, j):
        return -1 in self.side[j]

    def combine(self, j, pairs):
        need(not pairs or self.has_weights(j), "multipliers of a neuron that no row knows on the - side")
        need(all(self.side[j][k] in (1, -1) for k, _ in pairs), "a row that does not know the neuron")
        return super().combine(j, pairs)

    def on_w(self, words):
        need(self.has_weights(int(words[0])), "w of a neuron that no row knows on the - side")
        super().on_w(words)

    def know(self, pairs):
        def enter():
            for j, k, s in pairs:
                self.side[j][k] = s
        return enter

    def leave(self, k):
        def enter():
            self.out.append(self.sample(k))
            for label, most in self.p.spare.items():
                lost = sum(self.p.y[self.p.sample_of.index(sample)] == label for sample in self.out)
                if most is not None and lost > most:
                    self.impossible = True
        return enter

    def row(self, word):
        k = int(word)
        need(0 <= k < len(self.y), f"no row {k}")
        need(not self.left_out(k), "a row that is left out")
        return k

    def on_p(self, words):
        need(not self.alone, "p with one layer")
        a, b = map(self.row, words)
        need(self.y[a] != self.y[b], "p of equal labels")
        need(all(side[a] * side[b] != -1 for side in self.side), "the pair is told apart")
        firsts, children = self.firsts(), []
        for j in range(self.n):
            if not self.touched(j) and j not in firsts:
                continue
            for s in (1, -1):
                if self.side[j][a] in (0, s) and self.side[j][b] in (0, -s):
                    children.append(self.know([(j, a, s), (j, b, -s)]))
        if self.sm:
            children += [self.leave(a), self.leave(b)]
        self.branch(children)

    def on_r(self, words):
        j, k = self.neuron(words[0]), self.row(words[1])
        need(self.side[j][k] == 0, "r of what is said already")
        if self.alone:
            family = [(0, row, self.y[row]) for row in range(len(self.y)) if self.sample(row) == self.sample(k)]
            children = [self.know(family)]
        else:
            children = [self.know([(j, k, s)]) for s in (1, -1, OPEN)]
        if self.sm:
            children.append(self.leave(k))
        self.branch(children)

    def on_u(self, words):
        need(not words and not self.alone, "u with one layer")
        p, patterns = self.p, {}
        for k, y in enumerate(self.y):
            if self.left_out(k) or any(side[k] == 0 for side in self.side):
                continue
            for key in itertools.product(*((1, -1) if side[k] == OPEN else (side[k],) for side in self.side)):
                if patterns.setdefault(key, y) != y:
                    self.impossible = True
                    return
        q = Problem({"layers": p.layers[1:], "weightBound": p.P, "epsilon": "1",
                     "samples": [list(key) for key in patterns] or [[1] * self.n], "labels": list(patterns.values()) or [1]})
        worth, every, best = PaperWorth(q), range(len(patterns)), None
        for weights in q.networks():
            if worth.value(weights, every) is not None:
                nonzeros = sum(w != 0 for layer in weights for neuron in layer for w in neuron)
                best = nonzeros if best is None else min(best, nonzeros)
        if best is None:
            self.impossible = True
        elif not self.mm:
            self.U = max(self.U, best)


def plain_bound(tree, p):
    """What needs no search."""
    if tree.stage == "sm":
        return sum(p.costs)
    if tree.stage == "mm":
        return min(tree.b) if tree.mixed else 0
    free = not all(tree.counted)
    if tree.mixed:
        return len(p.layers) - 1 - free
    return 1 if -1 in tree.y and not (tree.alone and free) else 0


class Matching:
    """Pairs of rows of unlike labels whose boxes meet."""

    def __init__(self, p, claim):
        self.p, self.claim = p, claim
        self.used, self.lost = set(), 0

    @property
    def open(self):
        return sum(self.p.costs) - self.lost > self.claim

    def record(self, words):
        p = self.p
        need(words[0] == "c" and len(words) == 3, f"no record {words[0]}")
        k, l = int(words[1]), int(words[2])
        need(0 <= k < len(p.x) and 0 <= l < len(p.x) and p.y[k] != p.y[l], "c of equal labels")
        need(all(abs(a - b) <= 2 * r for a, b, r in zip(p.x[k], p.x[l], p.rad)), "the boxes do not meet")
        samples = {p.sample_of[k], p.sample_of[l]}
        need(not samples & self.used, "a sample in two pairs")
        self.used |= samples
        self.lost += min(p.costs[sample] for sample in samples)
