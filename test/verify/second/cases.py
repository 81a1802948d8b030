"""Boxes of weights that the groups of columns fall into, one after the other (docs/proof.md, "Cases")."""
from problem import Problem, need

MOST = 100_000


class Cases:
    def __init__(self, p, judged):
        """`judged` looks at the lines about a problem's box: claim, method, records, end."""
        need(p.exclusive or p.together, "cases of a problem without groups")
        self.p, self.judged = p, judged
        self.waiting = [[list(box) for box in p.ranges]]
        self.lines = None  # of the box that something is being shown of
        self.spoken = 0

    @property
    def open(self):
        return bool(self.waiting) or self.lines is not None

    def record(self, words):
        if self.lines is not None:
            self.lines.append(" ".join(words))
            if words == ["end"]:
                self.judged(self.inner, self.lines)
                self.lines = None
            return
        need(self.waiting, "a record where no box is open")
        self.spoken += 1
        need(self.spoken <= MOST, "too many boxes")
        box = self.waiting.pop()
        if words == ["case"]:
            need(not self.empty(box), "a case that is empty")
            raw = {name: value for name, value in self.p.raw.items() if name not in ("exclusive", "together")}
            self.inner, self.lines = Problem({**raw, "ranges": box}), []
        elif words == ["x"]:
            need(self.empty(box), "x of a box that is not empty")
        elif words[0] == "e":
            group = self.group(self.p.exclusive, words[1:], 1)
            self.push([without(box, [i for other in group if other is not column for i in other]) for column in group])
        elif words[0] == "o":
            group = self.group(self.p.together, words[1:], 2)
            column = sorted(group[int(words[2])])
            children = [without(box, sum(group, []))]
            for n, i in enumerate(column):
                later = without(box, column[:n])
                lo, up = later[i]
                children.append(later[:i] + [[lo, min(-1, up)]] + later[i + 1:])
                children.append(later[:i] + [[max(1, lo), up]] + later[i + 1:])
            self.push(children)
        else:
            need(False, f"no record {words[0]}")

    def group(self, groups, words, count):
        need(len(words) == count and all(word.isdigit() for word in words), "a group's number")
        return groups[int(words[0])]

    def push(self, children):
        self.waiting += children[::-1]

    def empty(self, box):
        p, forced = self.p, 0
        for i, (lo, up) in enumerate(box):
            if lo > up or (not lo <= 0 <= up and i not in p.active):
                return True
            forced += p.counted[i] and not lo <= 0 <= up
        return p.limit is not None and forced > p.limit


def without(box, inputs):
    return [[max(0, lo), min(0, up)] if i in inputs else [lo, up] for i, (lo, up) in enumerate(box)]
