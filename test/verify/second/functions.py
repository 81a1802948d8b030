"""Functions of the upper layers: what the record `g` lists, and whether that is all (docs/proof.md)."""
import itertools

from problem import NotJudged, need

MOST_STEPS = 3_000_000


def includes(big, small):
    return not small[0] & ~big[0] and not small[1] & ~big[1] and small[2] <= big[2]


def widest(triples):
    """Those that no other includes."""
    best = {}
    for a, b, v in triples:
        best[a, b] = max(v, best.get((a, b), v))
    all_of = [(a, b, v) for (a, b), v in best.items()]
    return [one for one in all_of if not any(other != one and includes(other, one) for other in all_of)]


class Functions:
    def __init__(self, p, mixed):
        self.p, self.mixed, self.n = p, mixed, p.layers[1]
        need(len(p.layers) <= 4 and max(p.layers[1:]) <= 4, "g of layers that are too large")
        self.steps = 0

    def spend(self, steps):
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise NotJudged("functions of too many upper layers")

    def cover(self, listed):
        """Refuses a list that leaves out what some upper layers do."""
        images = {self.permuted(order, triple) for triple in listed for order in itertools.permutations(range(self.n))}
        needed = self.neuron(self.n) if len(self.p.layers) == 3 else self.composed()
        for triple in needed:
            self.spend(len(images))
            if self.mixed and not (triple[0] and triple[1]):
                continue
            need(any(includes(image, triple) for image in images), f"g: {triple} is not in the list")

    def permuted(self, order, triple):
        def image(mask):
            out = 0
            for cell in range(2 ** self.n):
                if mask >> cell & 1:
                    out |= 1 << sum((cell >> order[j] & 1) << j for j in range(self.n))
            return out
        return image(triple[0]), image(triple[1]), triple[2]

    def neuron(self, inputs):
        """What one neuron can do: the inputs at which it is + and -, by m or more, and m."""
        p, out = self.p, set()
        cells = [[1 if cell >> i & 1 else -1 for i in range(inputs)] for cell in range(2 ** inputs)]
        self.spend((2 * p.P + 1) ** inputs * len(cells))
        for weights in itertools.product(range(-p.P, p.P + 1), repeat=inputs):
            sums = [sum(w * a for w, a in zip(weights, cell)) for cell in cells]
            margins = [p.D * s if s >= 0 else -p.D * s - p.eps for s in sums]
            for m in set(margins):
                if m < 0:
                    continue
                chosen = [(1 << c, s >= 0) for c, (s, own) in enumerate(zip(sums, margins)) if own >= m]
                out.add((sum(bit for bit, plus in chosen if plus), sum(bit for bit, plus in chosen if not plus), m))
        self.spend(len(out) ** 2)
        return widest(out)

    def composed(self):
        size, cells = self.p.layers[2], range(2 ** self.n)
        below, last = self.neuron(self.n), self.neuron(size)
        for chosen in itertools.combinations_with_replacement(below, size):
            self.spend(len(cells) + len(last))
            known = [c for c in cells if all((a | b) >> c & 1 for a, b, _ in chosen)]
            above = [(c, sum((a >> c & 1) << i for i, (a, _, _) in enumerate(chosen))) for c in known]
            value = sum(v for _, _, v in chosen)
            for a, b, v in last:
                yield (sum(1 << c for c, top in above if a >> top & 1), sum(1 << c for c, top in above if b >> top & 1), value + v)
