"""The tree of soft margins with one layer (docs/proof.md, "Soft margins")."""
from problem import Problem, ceil_div, need
from tree import Tree


class SoftTree(Tree):
    """`b` of the one neuron is minus a loss that no weights of the box go below."""

    letters = "afwlx"

    def __init__(self, p, stage, start, claim):
        need(len(p.layers) == 2, "a tree of soft margins with hidden layers")
        if stage == "mw":
            # Of the networks with fewer weights than the claim none loses as little as is held.
            limit = claim - 1 if p.limit is None else min(p.limit, claim - 1)
            p = Problem({**p.raw, "maxNonzero": limit})
            claim = -(start.hold[1][0][0] + 1)
        super().__init__(p, "mm", start, claim)
        self.b, self.U = [0], 0
        self.wanted = [p.target[k] + (p.y[k] < 0) for k in self.keep]
        free = sum(want ** 2 for want, y in zip(self.wanted, self.y) if y < 0)
        need(not all(lo <= 0 <= up for lo, up in self.ranges) or -free <= claim, f"no weights at all lose {free} only")

    def rows_of(self, start):
        return self.p.family(start.keep)

    def on_a(self, words):
        j, s, pairs = self.neuron(words[0]), int(words[1], 36), self.pairs(words[2:])
        need(s > 0, "a scale of 0")
        N, _, _, d = self.combine(j, pairs)
        if self.room() is not None and self.room() < 0:
            self.impossible = True
        asked = sum(n * self.wanted[k] for k, n in pairs)
        squares = sum(n * n for _, n in pairs)
        last = (N, d, s, asked, squares)
        self.last[j] = last
        self.b[j] = min(self.b[j], self.loss_bound(last, self.most(j, d, N, 0)))

    def loss_bound(self, last, most):
        _, _, s, asked, squares = last
        return -max(0, ceil_div(4 * s * (asked - most) - squares, 4 * s * s))

    def on_f(self, words):
        j = self.neuron(words[0])
        need(j in self.last and len(words) == 1, "f without an a")
        if self.over():
            self.impossible = True
            return
        N, d = self.last[j][:2]
        box = []
        for a, (lo, up) in enumerate(self.box[j]):
            most = {v: self.most(j, d, N, 0, (a, v)) for v in range(lo, up + 1)}
            left = [v for v, value in most.items()
                    if value is not None and self.loss_bound(self.last[j], value) > self.claim]
            if not left:
                self.impossible = True
                return
            box.append((min(left), max(left)))
        self.box[j] = box

    def on_x(self, words):
        need(not words and self.void(), "x of a possible node")
        self.next()
