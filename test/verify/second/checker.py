#!/usr/bin/env python3
"""A second checker of the proofs of `fewbit solve --proof`, of the paper's objective: written from docs/proof.md and the
semantics of docs/architecture.md, in another language, with none of our code.

    checker.py PROBLEM SOLUTION PROOF [PROBLEM SOLUTION PROOF ..]

prints a line of JSON for each: of every block the stage, the claim, and `holds`, `refused` with a reason, or `not judged` (robust
objective, enumeration that would take Python too long).
"""
import itertools
import json
import sys
from decimal import Decimal

MOST = 4_000  # networks, or upper layers, that are enumerated


class Refused(Exception):
    pass


class NotJudged(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


def ceil_div(a, b):
    return -((-a) // b)


class Problem:
    def __init__(self, raw):
        self.layers, self.P = raw["layers"], raw["weightBound"]
        self.x, self.y = raw["samples"], raw["labels"]
        width = range(self.layers[0])
        self.rad = raw.get("radii") or [raw.get("perturbations", {}).get("linf", 0) for _ in width]
        self.ranges = raw.get("ranges") or [[-self.P, self.P] for _ in width]
        self.counted = [i not in raw.get("free", []) for i in width]
        self.limit = raw.get("maxNonzero")
        self.costs = raw.get("costs") or [1] * len(self.x)
        wrong = raw.get("atMostWrong", {})
        self.spare = {1: wrong.get("1"), -1: wrong.get("-1")}
        self.keep, self.margins = raw.get("keep"), raw.get("margins")
        epsilon = Decimal(raw["epsilon"]).normalize()
        self.D = 10 ** max(0, -epsilon.as_tuple().exponent)
        self.eps = int(epsilon * self.D)
        self.active = [i for i in range(self.layers[0]) if any(row[i] for row in self.x)]
        last = len(self.active) if len(self.layers) == 2 else self.layers[-2]
        self.threshold = raw.get("confidence", ceil_div(self.P * (last + 1), 4))
        self.strange = raw.get("objective", "bemi") not in ("bemi", "paper")
        self.above = sum(a * b for a, b in zip(self.layers[1:], self.layers[2:]))
        self.variable = sum(self.counted[i] for i in self.active) * self.layers[1] + self.above
        if self.limit is not None:
            self.variable = min(self.variable, self.limit + self.above)

    def sums(self, weights, row):
        """Pre-activations, layer by layer."""
        below, out = row, []
        for layer in weights:
            out.append([sum(w * a for w, a in zip(neuron, below)) for neuron in layer])
            below = [1 if s >= 0 else -1 for s in out[-1]]
        return out

    def radii(self, weights):
        return [sum(r * abs(w) for r, w in zip(self.rad, neuron)) for neuron in weights[0]]

    def nonzeros(self, weights):
        """Of the first layer those that are counted, and of those above."""
        first = sum(w != 0 and self.counted[i] for neuron in weights[0] for i, w in enumerate(neuron))
        return first, sum(w != 0 for layer in weights[1:] for neuron in layer for w in neuron)

    def worth(self, weights):
        """What SM counts, or None where a label loses too many."""
        counts = [self.counts(weights, k) for k in range(len(self.x))]
        for label, most in self.spare.items():
            if most is not None and sum(y == label and not c for y, c in zip(self.y, counts)) > most:
                return None
        return sum(cost for cost, c in zip(self.costs, counts) if c)

    def counts(self, weights, k):
        """Whether SM counts sample k."""
        sums, radii = self.sums(weights, self.x[k]), self.radii(weights)
        output = self.y[k] * sums[-1][0]
        if len(weights) == 1:
            return output - radii[0] >= self.threshold
        certain = all(s - r >= 0 if s >= 0 else -s - r >= 1 for s, r in zip(sums[0], radii))
        return certain and output >= self.threshold

    def margins_of(self, weights, keep):
        """In units of 1/D; below 0 where something is wrong."""
        radii = self.radii(weights)
        least = [[None] * len(layer) for layer in weights]
        for k in keep:
            for l, sums in enumerate(self.sums(weights, self.x[k])):
                for j, s in enumerate(sums):
                    plus = self.y[k] > 0 if l == len(weights) - 1 else s >= 0
                    r = radii[j] if l == 0 else 0
                    m = self.D * (s - r) if plus else self.D * (-s - r) - self.eps
                    least[l][j] = m if least[l][j] is None else min(least[l][j], m)
        return [[0 if m is None else m for m in layer] for layer in least]

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
            if self.limit is None or self.nonzeros(weights)[0] <= self.limit:
                yield weights


class Start:
    """What the stages start from, by the networks of the solution."""

    def __init__(self, p, solution):
        stages = {record["stage"]: record for record in solution["stages"]}
        found = [record for record in solution["stages"] if record["objective"] is not None]

        def network(name):
            record = stages.get(name)
            if record is None or record["objective"] is None:
                return None
            chosen = record.get("network") or (solution.get("network") if record is found[-1] else None)
            return chosen and chosen["weights"]

        everything = list(range(len(p.x)))
        sm, mm = network("sm"), network("mm")
        self.keep = p.keep if p.keep is not None else everything
        if p.keep is None and "sm" in stages:
            need(sm is not None, "no network of SM")
            self.keep = [k for k in everything if p.counts(sm, k)]
        tolerance = 1_000_000 - int(round(float(solution.get("tolerance", 0)) * 1_000_000))

        def held(margins):
            return ("margins", [[ceil_div(tolerance * m, 1_000_000) for m in layer] for layer in margins])

        if p.margins is not None:
            self.hold = held([[int(Decimal(str(m)) * p.D) for m in layer] for layer in p.margins])
        elif mm is not None:
            self.hold = held(p.margins_of(mm, self.keep))
        else:
            self.hold = ("confident" if "sm" in stages else "correct", None)


class Tree:
    def __init__(self, p, stage, start, claim):
        self.p, self.stage, self.keep, self.claim = p, stage, start.keep, claim
        self.mm, self.single = stage == "mm", len(p.layers) == 2
        self.n = p.layers[1]
        self.rows = [[p.x[k][i] for i in p.active] for k in self.keep]
        self.y = [p.y[k] for k in self.keep]
        self.mixed = 1 in self.y and -1 in self.y
        kind, margins = start.hold
        self.kind = kind
        if margins is None:
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
        self.last = {}
        self.path, self.lemma, self.open = [], None, True

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
        need(not self.lemma or letter in "mifswlx", f"{letter} inside a b")
        if letter == "g":
            raise NotJudged("functions of the upper layers")
        handler = getattr(self, f"on_{letter}", None)
        need(len(letter) == 1 and handler is not None, f"no record {letter}")
        handler(rest)

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
                    if value is not None and not self.closes(j, self.bound_of(last, value))]
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
        every, best = range(len(q.x)), None
        for weights in q.networks():
            margins = q.margins_of(weights, every)
            if any(m < 0 for layer in margins for m in layer):
                continue
            if self.mm:
                value = sum(map(sum, margins))
            else:
                if self.kind == "confident" and not all(q.counts(weights, k) for k in every):
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
        need(not self.single and self.touched(j) and self.side[j][k] == 0, "s of a decided side or an untouched neuron")
        self.branch([self.siding([(j, k, s)]) for s in (1, -1)])

    def on_t(self, words):
        j = self.neuron(words[0])
        need(not self.single and not self.touched(j), "t of a touched neuron")
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
                self.side[j] = self.side[j][:k] + [s] + self.side[j][k + 1:]
        return enter

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
                self.box[j] = self.box[j][:a] + [box] + self.box[j][a + 1:]
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
        return ([s[:] for s in self.side], [b[:] for b in self.box], self.b[:], self.U, self.impossible, self.lemma)

    def next(self):
        self.last = {}
        while self.path:
            saved, left = self.path[-1]
            if left:
                side, box, b, self.U, self.impossible, self.lemma = saved
                self.side, self.box, self.b = [s[:] for s in side], [x[:] for x in box], b[:]
                left.pop()()
                return
            self.path.pop()
        self.open = False


def judge(p, start, block):
    stage, lines = block[0].split(" ")[1], block[1:]
    need(block[-1] == "end", "no end")
    keep = hold = claim = method = None
    at = 0
    while at < len(lines) and method is None:
        words = lines[at].split(" ")
        at += 1
        if words[0] == "keep":
            keep = [int(word) for word in words[1:]]
        elif words[0] == "hold":
            hold = words[1:]
        elif words[0] == "claim":
            claim = words[1]
        elif words[0] == "method":
            method = words[1]
        else:
            raise Refused(f"line {lines[at - 1]}")
    if method == "rows":
        raise NotJudged("the tree over rows")
    records = lines[at:-1]
    if stage != "sm":
        need(keep == list(start.keep), "keep is not what is kept")
    if stage == "mw":
        kind, margins = start.hold
        own = [kind] + ([str(m) for layer in margins for m in layer] if margins is not None else [])
        need(hold == own, "hold is not what is held")
        if kind == "confident" and p.threshold <= 0 and method != "enumerate":
            need(int(claim) <= 0, "no weights at all will do")
    variable = p.variable
    none = {"sm": -1, "mm": -1, "mw": variable + 1}
    need(claim != "none" or stage != "sm" or any(most is not None for most in p.spare.values()), "SM always has a network")
    value = none[stage] if claim == "none" else int(claim)
    if stage == "mm":
        value = max(value, -1)
    if stage == "mw":
        value = min(value, variable + 1)
    if method == "tree":
        need(stage != "sm", "a tree of SM")
        tree = Tree(p, stage, start, value)
        for line in records:
            tree.record(line.split(" "))
        need(not tree.open, "the tree has open nodes")
    elif method == "trivial":
        if stage == "sm":
            need(value >= trivial_count(p), "the claim is less than what is trivial")
        else:
            root = Tree(p, stage, start, value)
            need(root.closes(), f"the claim is better than the root's {root.total()}")
    elif method in ("enumerate", "interval"):
        need(better(p, stage, start, value) is None, "a network beats the claim")
    else:
        raise Refused(f"method {method}")
    return stage, claim


def trivial_count(p):
    if p.threshold <= 0:
        return sum(p.costs)
    if len(p.layers) > 2 and p.threshold > p.P * p.layers[-2]:
        return 0
    groups = {}
    for row, y, cost in zip(p.x, p.y, p.costs):
        group = groups.setdefault(tuple(row), {1: 0, -1: 0})
        group[y] += cost
    return sum(max(group.values()) for group in groups.values())


def better(p, stage, start, claim):
    """A network beyond the claim, or None."""
    for weights in p.networks():
        if stage == "sm":
            worth = p.worth(weights)
            if worth is not None and worth > claim:
                return weights
            continue
        margins = p.margins_of(weights, start.keep)
        if start.keep and any(m < 0 for layer in margins for m in layer) and (stage == "mm" or start.hold[0] != "confident"):
            continue
        if stage == "mm":
            if sum(map(sum, margins)) > claim:
                return weights
            continue
        kind, held = start.hold
        if kind == "confident" and not all(p.counts(weights, k) for k in start.keep):
            continue
        if start.keep and kind == "margins" and any(m < h for got, want in zip(margins, held) for m, h in zip(got, want)):
            continue
        if sum(p.nonzeros(weights)) < claim:
            return weights
    return None


def checked(problem_file, solution_file, proof_file):
    with open(problem_file) as file:
        p = Problem(json.load(file, parse_float=str))
    with open(solution_file) as file:
        solution = json.load(file)
    with open(proof_file) as file:
        lines = file.read().split("\n")
    out = []
    need(lines[0] == "fewbit-proof 1" and lines[-1] == "", "no proof file")
    blocks = []
    for line in lines[1:-1]:
        if line.startswith("stage "):
            blocks.append([])
        blocks[-1].append(line)
    for block in blocks:
        entry = {"stage": block[0].split(" ")[1]}
        try:
            if p.strange:
                raise NotJudged("another objective")
            _, entry["claim"] = judge(p, Start(p, solution), block)
            entry["verdict"] = "holds"
        except NotJudged as why:
            entry.update(verdict="not judged", reason=str(why))
        except (Refused, ValueError, IndexError, TypeError) as why:
            entry.update(verdict="refused", reason=str(why))
        out.append(entry)
    return {"stages": out}


if __name__ == "__main__":
    for n in range(1, len(sys.argv), 3):
        print(json.dumps(checked(*sys.argv[n:n + 3])), flush=True)
