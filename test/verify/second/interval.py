"""SM of a single neuron, searched over its weights (docs/proof.md, method `interval`)."""
from problem import MOST, NotJudged


def count_beyond(p, worth, claim):
    """A network that counts more than the claim, of a problem without groups of columns; or None."""
    order = sorted(p.active, key=lambda i: -sum(abs(row[i]) for row in p.x))
    rest = [[0] * len(p.x)]  # what the weights behind can add, at most, by row
    for i in reversed(order):
        lo, up = p.ranges[i]
        rest.append([after + max(y * row[i] * v - p.rad[i] * abs(v) for v in range(lo, up + 1))
                     for after, row, y in zip(rest[-1], p.x, p.y)])
    rest.reverse()
    weights, left = [0] * p.layers[0], [50 * MOST]

    def search(at, sums):
        left[0] -= 1
        if left[0] < 0:
            raise NotJudged("a search over too many weights")
        able = [s + more >= p.threshold for s, more in zip(sums, rest[at])]
        if sum(cost for cost, is_able in zip(p.costs, able) if is_able) <= claim:
            return None
        if at == len(order):
            network = [[tuple(weights)]]
            if p.limit is not None and p.nonzeros(network)[0] > p.limit:
                return None
            count = worth.count(network)
            return network if count is not None and count > claim else None
        i = order[at]
        lo, up = p.ranges[i]
        for v in range(lo, up + 1):
            weights[i] = v
            found = search(at + 1, [s + y * row[i] * v - p.rad[i] * abs(v) for s, row, y in zip(sums, p.x, p.y)])
            if found:
                return found
        weights[i] = 0
        return None

    return search(0, [0] * len(p.x))
