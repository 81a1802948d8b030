"""The tree of the paper's objective, node by node (docs/proof.md, "The tree")."""
from decimal import Decimal

from functions import Functions
from problem import Problem, ceil_div, need
from worth import PaperWorth


class Tree:
    letters = "mifuwblxpstg"  # the records that there are
    inside = "mifswlx"  # those that may stand inside a b
    state = ("side", "box", "b", "U", "impossible", "lemma", "cells")  # what changes from node to node

    def __init__(self, p, stage, start, claim):
        self.p, self.stage, self.claim = p, stage, claim
        self.mm, self.single = stage != "mw", len(p.layers) == 2
        self.n = p.layers[1]
        self.keep = self.rows_of(start)
        self.rows = [[p.x[k][i] for i in p.active] for k in self.keep]
        self.y = [p.y[k] for k in self.keep]
        self.mixed = 1 in self.y and -1 in self.y
        kind, margins = start.hold
        self.kind = kind
        if margins is None or kind == "loss":
            last = p.D * p.threshold if kind == "confident" else 0
            margins = [[0] * size for size in p.layers[1:-1]] + [[last]]
        self.held = margins
        self.side = [[y if self.single else 0 for y in self.y] for _ in range(self.n)]
        self.ranges = [tuple(p.ranges[i]) for i in p.active]
        self.rad = [p.rad[i] for i in p.active]
        self.counted = [p.counted[i] for i in p.active]
        self.forced = sum(c and not lo <= 0 <= up for c, (lo, up) in zip(self.counted, self.ranges))
        self.box = [self.ranges[:] for _ in range(self.n)]
        self.b = [self.root(j) for j in range(self.n)]
        self.U = self.above()
        self.impossible = False
        self.cells = None  # of a node under a g: what rows of either label may be in
        self.last = {}
        self.path, self.lemma, self.open = [], None, True

    def rows_of(self, start):
        return start.keep

    # what is known before any record

    def gains(self, row, s):
        """What a row gives a neuron on a side: by weights that are not counted or cannot be 0, and by the others, largest first."""
        base, others = 0, []
        for x, (lo, up), r, c in zip(row, self.ranges, self.rad, self.counted):
            most = max(s * x * v - r * abs(v) for v in ([lo, up, 0] if lo <= 0 <= up else [lo, up]))
            if c and lo <= 0 <= up:
                others.append(most)
            else:
                base += most
        return base, sorted(others, reverse=True)

    def root(self, j):
        p = self.p
        if self.mm:
            def most(row, s):
                base, others = self.gains(row, s)
                left = len(others) if p.limit is None else max(0, p.limit - self.n * self.forced)
                return p.D * (base + sum(others[:left])) - (p.eps if s < 0 else 0)
            return min((max(most(row, 1), most(row, -1)) for row in self.rows), default=0)

        def count(row, s, target):
            total, others = self.gains(row, s)
            others = [gain for gain in others if gain > 0]
            for n, gain in enumerate(others):
                if total >= target:
                    return n
                total += gain
            return len(others)
        target = ceil_div(self.held[0][j], p.D)
        if target <= 0:
            return self.forced
        return self.forced + max((min(count(row, s, target) for s in (1, -1)) for row in self.rows), default=0)

    def above(self):
        p = self.p
        if self.single or not self.rows:
            return 0
        if self.mm:
            most = sum(a * b for a, b in zip(p.layers[1:], p.layers[2:])) * p.D * p.P
            return most - p.eps if -1 in self.y else most
        total = 0
        for layer in self.held[1:]:
            count = sum(ceil_div(ceil_div(m, p.D), p.P) for m in layer)
            total += max(count, 1 if self.mixed else 0)
        return total

    # a node

    def total(self, b=None):
        b = self.b if b is None else b
        return sum(b) + self.U if self.mm else max(sum(b), 1 if self.mixed and all(self.counted) else 0) + self.U

    def void(self):
        return self.impossible or (not self.mm and self.p.limit is not None and sum(self.b) > self.p.limit)

    def room(self):
        """How many weights more may be other than 0 of those that are counted and may be."""
        if self.p.limit is None:
            return None
        return self.p.limit - sum(c and not lo <= 0 <= up for box in self.box for c, (lo, up) in zip(self.counted, box))

    def most(self, j, d, N, scale, fixed=None):
        """The largest sum of h over the boxes of neuron j; with one weight fixed, or None if there is no room for it."""
        room, total, others = self.room(), 0, []
        for a, (lo, up) in enumerate(self.box[j]):
            optional = room is not None and self.counted[a] and lo <= 0 <= up
            if fixed is not None and fixed[0] == a:
                total += self.gain(a, d[a], N, fixed[1], scale)
                if optional and fixed[1] != 0:
                    room -= 1
                    if room < 0:
                        return None
                continue
            best = max(self.gain(a, d[a], N, v, scale) for v in range(lo, up + 1))
            if optional:
                others.append(best)
            else:
                total += best
        return total + sum(sorted(others, reverse=True)[:max(0, room)] if room is not None else others)

    def closes(self, j=None, bound=None):
        """Whether the node is closed; with neuron j's bound as given."""
        if self.lemma:
            own = self.b[self.lemma[0]] if bound is None else bound
            return own <= self.lemma[1] if self.mm else own >= self.lemma[1]
        b = self.b if bound is None else self.b[:j] + [bound] + self.b[j + 1:]
        return self.total(b) <= self.claim if self.mm else self.total(b) >= self.claim

    def still_open(self, j, bound):
        """Whether a node is left open where this is neuron j's bound."""
        return not self.closes(j, bound)

    def over(self):
        return self.void() or self.closes()

    def touched(self, j):
        return any(self.side[j])

    def asks(self, j, k):
        p, m = self.p, self.held[0][j]
        if self.single and self.kind == "confident":
            return p.threshold
        return ceil_div(m, p.D) if self.side[j][k] > 0 else ceil_div(m + p.eps, p.D)

    def combine(self, j, pairs):
        d = [0] * len(self.p.active)
        N = minus = asked = 0
        for k, n in pairs:
            s = self.side[j][k]
            need(s != 0, f"row {k} has no side")
            N, minus = N + n, minus + (n if s < 0 else 0)
            if not self.mm:
                asked += n * self.asks(j, k)
            for a, x in enumerate(self.rows[k]):
                d[a] += n * s * x
        return N, minus, asked, d

    def gain(self, a, d, N, v, scale):
        return d * v - self.rad[a] * N * abs(v) - (scale if v and self.counted[a] else 0)

    def bound_of(self, last, total):
        N, minus, asked, _, scale = last
        if self.mm:
            bound = (self.p.D * total - self.p.eps * minus) // N
            return bound if self.p.limit is None else min(bound, self.p.D * (total // N))
        return ceil_div(asked - total, scale)

    def attainable(self, j, bound):
        if bound < 0:
            return bound
        D, eps = self.p.D, self.p.eps
        forms = [bound // D * D] if 1 in self.side[j] else []
        if -1 in self.side[j]:
            forms.append((bound + eps) // D * D - eps)
        return max(forms)

    def record(self, words):
        need(self.open, "a record after the end of the tree")
        letter, rest = words[0], words[1:]
        need(len(letter) == 1 and letter in self.letters, f"no record {letter}")
        need(not self.lemma or letter in self.inside, f"{letter} inside a b")
        getattr(self, f"on_{letter}")(rest)

    def neuron(self, text):
        j = int(text)
        need(0 <= j < self.n, f"no neuron {j}")
        need(not self.lemma or j == self.lemma[0], "another neuron inside a b")
        return j

    def pairs(self, words):
        out = [(int(k), int(n, 36)) for k, n in (word.split(":") for word in words)]
        need(all(n > 0 for _, n in out) and len({k for k, _ in out}) == len(out), "multipliers")
        need(all(0 <= k < len(self.rows) for k, _ in out), "no such row")
        return out

    def on_m(self, words):
        j = self.neuron(words[0])
        scale = 0 if self.mm else int(words[1], 36)
        pairs = self.pairs(words[1 if self.mm else 2:])
        need(scale > 0 or pairs, "m of nothing")
        N, minus, asked, d = self.combine(j, pairs)
        if self.room() is not None and self.room() < 0:
            self.impossible = True
        last = (N, minus, asked, d, scale)
        bound = self.bound_of(last, self.most(j, d, N, scale))
        self.last[j] = last
        if self.mm:
            self.b[j] = min(self.b[j], self.attainable(j, bound))
        else:
            self.b[j] = max(self.b[j], bound)

    def on_i(self, words):
        need(not self.mm, "i of MM")
        j = self.neuron(words[0])
        self.last.pop(j, None)
        pairs = self.pairs(words[1:])
        if self.over():
            self.impossible = True
            return
        N, _, asked, d = self.combine(j, pairs)
        need(asked > self.most(j, d, N, 0), "the rows are in reach")
        self.impossible = True

    def on_f(self, words):
        j = self.neuron(words[0])
        need(j in self.last, "f without an m")
        if self.over():
            self.impossible = True
            return
        last = self.last[j]
        N, _, _, d, scale = last
        box = []
        for a, (lo, up) in enumerate(self.box[j]):
            totals = {v: self.most(j, d, N, scale, (a, v)) for v in range(lo, up + 1)}
            left = [v for v, value in totals.items()
                    if value is not None and self.still_open(j, self.bound_of(last, value))]
            if not left:
                self.impossible = True
                return
            box.append((min(left), max(left)))
        self.box[j] = box

    def on_u(self, words):
        need(not self.single and all(all(side) for side in self.side), "u with sides undecided")
        best = self.upper()
        if best is None:
            self.impossible = True
        else:
            self.U = best

    def upper(self):
        """The best of the layers above for these activations."""
        p, patterns = self.p, {}
        for k, y in enumerate(self.y):
            key = tuple(side[k] for side in self.side)
            if patterns.setdefault(key, y) != y:
                return None
        q = Problem({"layers": p.layers[1:], "weightBound": p.P, "epsilon": str(Decimal(p.eps) / p.D),
                     "samples": [list(key) for key in patterns], "labels": list(patterns.values()),
                     "confidence": p.threshold})
        every, best, worth = range(len(q.x)), None, PaperWorth(q)
        for weights in q.networks():
            margins = worth.margins(weights, every)
            if any(m < 0 for layer in margins for m in layer):
                continue
            if self.mm:
                value = sum(map(sum, margins))
            else:
                if self.kind == "confident" and not all(worth.counts(weights, k) for k in every):
                    continue
                if self.kind == "margins" and any(
                        m < h for got, want in zip(margins, self.held[1:]) for m, h in zip(got, want)):
                    continue
                value = -sum(w != 0 for layer in weights for neuron in layer for w in neuron)
            best = value if best is None else max(best, value)
        return best if best is None or self.mm else -best

    # ends of nodes

    def on_l(self, words):
        need(not words and self.over(), "l of a node that is not closed")
        self.next()

    def on_x(self, words):
        need(not words and (self.void() or (self.mm and min(self.b) < 0)), "x of a possible node")
        self.next()

    def firsts(self):
        """The first untouched neuron of every class."""
        seen, out = set(), []
        for j in range(self.n):
            name = None if self.mm else self.held[0][j]
            if not self.touched(j) and name not in seen:
                seen.add(name)
                out.append(j)
        return out

    def on_p(self, words):
        need(not self.single, "p with one layer")
        need(self.cells is None, "p under a g")
        a, b = int(words[0]), int(words[1])
        need(0 <= a < len(self.y) and 0 <= b < len(self.y) and self.y[a] != self.y[b], "p of equal labels")
        need(all(side[a] * side[b] != -1 for side in self.side), "the pair is separated")
        firsts, children = self.firsts(), []
        for j in range(self.n):
            if not self.touched(j) and j not in firsts:
                continue
            for s in (1, -1):
                if self.side[j][a] != -s and self.side[j][b] != s:
                    children.append([(j, a, s), (j, b, -s)])
        self.branch([self.siding(child) for child in children])

    def on_s(self, words):
        j, k = self.neuron(words[0]), int(words[1])
        need(0 <= k < len(self.y), f"no row {k}")
        need(not self.single and self.side[j][k] == 0, "s of a decided side")
        need(self.touched(j) or self.cells is not None, "s of an untouched neuron")
        self.branch([self.siding([(j, k, s)]) for s in (1, -1)])

    def on_t(self, words):
        j = self.neuron(words[0])
        need(not self.single and not self.touched(j), "t of a touched neuron")
        need(self.cells is None, "t under a g")
        count = len(self.y)
        children = [[(j, k, 1) for k in range(count)]]
        for k in range(1, count):
            for s in (1, -1):
                children.append([(j, before, s) for before in range(k)] + [(j, k, -s)])
        if any(lo != -up for lo, up in self.ranges):
            children.append([(j, k, -1) for k in range(count)])
        self.branch([self.siding(child) for child in children])

    def siding(self, sides):
        def enter():
            for j, k, s in sides:
                self.side[j][k] = s
                if self.cells is not None:
                    self.confine(k)
        return enter

    def on_g(self, words):
        need(self.mm and not self.single, "g of a stage or a network without functions")
        need(self.cells is None and not any(map(self.touched, range(self.n))), "g below a side")
        need(words and len(words) % 3 == 0, "g: expected triples")
        triples = [tuple(map(int, words[n:n + 3])) for n in range(0, len(words), 3)]
        Functions(self.p, self.mixed).cover(triples)

        def within(a, b, v):
            def enter():
                self.cells, self.U = {1: a, -1: b}, min(self.U, v)
                for k in range(len(self.y)):
                    self.confine(k)
            return enter
        self.branch([within(*triple) for triple in triples])

    def confine(self, k):
        """What the cells that are left for row k agree on is decided."""
        left = [cell for cell in range(2 ** self.n) if self.cells[self.y[k]] >> cell & 1 and all(
            side[k] == 0 or (side[k] > 0) == bool(cell >> j & 1) for j, side in enumerate(self.side))]
        if not left:
            self.impossible = True
            return
        for j in range(self.n):
            ends = {cell >> j & 1 for cell in left}
            if len(ends) == 1:
                self.side[j][k] = 1 if ends.pop() else -1

    def on_w(self, words):
        j, i, v = self.neuron(words[0]), int(words[1]), int(words[2])
        need(i in self.p.active and self.touched(j), "w of an inactive input or an untouched neuron")
        a = self.p.active.index(i)
        lo, up = self.box[j][a]
        least, most = (lo, up) if self.p.limit is None else self.ranges[a]
        need(least <= v < most, "w outside of its box")

        def boxed(box):
            def enter():
                if box[0] > box[1]:
                    self.impossible = True
                    return
                self.box[j][a] = box
            return enter
        self.branch([boxed((lo, min(up, v))), boxed((max(lo, v + 1), up))])

    def on_b(self, words):
        j, v = self.neuron(words[0]), int(words[1])

        def first():
            self.lemma = (j, v)

        def second():
            self.lemma = None
            self.b[j] = min(self.b[j], v) if self.mm else max(self.b[j], v)
        self.branch([first, second])

    def branch(self, children):
        self.path.append((self.saved(), children[::-1]))
        self.next()

    def saved(self):
        return {name: copied(getattr(self, name)) for name in self.state}

    def next(self):
        self.last = {}
        while self.path:
            saved, left = self.path[-1]
            if left:
                for name in self.state:
                    setattr(self, name, copied(saved[name]))
                left.pop()()
                return
            self.path.pop()
        self.open = False


def copied(value):
    """Lists, and lists of lists, anew."""
    return [entry[:] if isinstance(entry, list) else entry for entry in value] if isinstance(value, list) else value
