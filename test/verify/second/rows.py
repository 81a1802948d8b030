"""SM of a single neuron by its rows (docs/proof.md, "Rows")."""
from problem import ceil_div, need

MOST_CONFLICTS = 2 ** 16
EXACT = 2 ** 52
HELD, GIVEN = 1, 2


class Rows:
    def __init__(self, p, claim):
        need(len(p.layers) == 2, "rows of more than a neuron")
        self.p = p
        self.losses = sum(p.costs) - claim
        self.conflicts = []
        self.said = {}  # of a row: held or given up
        self.path = []
        self.open = True

    def record(self, words):
        need(self.open, "a record after the end of the tree")
        need(words[0] in ("k", "r", "d"), f"no record {words[0]}")
        getattr(self, f"on_{words[0]}")(words[1:])

    def pairs(self, words, count):
        out = [(int(k), int(n, 36)) for k, n in (word.split(":") for word in words)]
        need(all(n > 0 for _, n in out) and len({k for k, _ in out}) == len(out), "multipliers")
        need(all(0 <= k < count for k, _ in out), "no such row or conflict")
        return out

    def on_k(self, words):
        p, pairs = self.p, self.pairs(words, len(self.p.x))
        need(len(self.conflicts) < MOST_CONFLICTS, "too many conflicts")
        N = sum(n for _, n in pairs)
        largest = max([abs(x) for row in p.x for x in row] + [p.rad[i] for i in p.active])
        need(N * largest < EXACT, "multipliers too large")
        room, reach, optional = p.limit, 0, []
        for i in p.active:
            d = sum(n * p.y[k] * p.x[k][i] for k, n in pairs)
            lo, up = p.ranges[i]
            gain = max(d * v - p.rad[i] * N * abs(v) for v in range(lo, up + 1))
            if p.limit is None or not p.counted[i]:
                reach += gain
            elif lo <= 0 <= up:
                optional.append(gain)
            else:
                reach, room = reach + gain, room - 1
        reach += sum(sorted(optional, reverse=True)[:max(0, room or 0)])
        need(N * p.threshold > reach, "the rows are no conflict")
        self.conflicts.append([k for k, _ in pairs])

    def on_r(self, words):
        j, k = map(int, words)
        need(j == 0 and 0 <= k < len(self.p.x) and k not in self.said, "r of a row of which it is said already")
        self.said[k] = HELD
        self.path.append(k)

    def on_d(self, words):
        p, said = self.p, self.said
        pairs = self.pairs(words, len(self.conflicts))
        total = sum(n for _, n in pairs)
        need(total < EXACT, "multipliers too large")
        loads, void = {}, False
        for c, n in pairs:
            need(all(said.get(k) != GIVEN for k in self.conflicts[c]), "a conflict with a row that is given up")
            free = [k for k in self.conflicts[c] if k not in said]
            void = void or not free
            for k in free:
                loads[k] = loads.get(k, 0) + n
        given = [k for k, what in said.items() if what == GIVEN]
        lost = sum(p.costs[k] for k in given)
        lost += min((ceil_div(total * p.costs[k], load) for k, load in loads.items()), default=0)
        spent = any(most is not None and sum(p.y[k] == label for k in given) > most for label, most in p.spare.items())
        need(void or spent or lost >= self.losses, f"{lost} are lost, not {self.losses}")
        self.next()

    def next(self):
        while self.path:
            k = self.path[-1]
            if self.said[k] == HELD:
                self.said[k] = GIVEN
                return
            del self.said[k]
            self.path.pop()
        self.open = False
