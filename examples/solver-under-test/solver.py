"""A solver in another language, for stage SM: it draws networks at random, keeps the best, and claims no bound.

`fewbit fuzz --solver 'python3 solver.py {problem} {solution}'` puts it before the judges. Change `>= 0` in `sign` to `> 0`, and it is
found out on a few rows.
"""

import json
import random
import sys


def sign(x):
    return 1 if x >= 0 else -1


def forward(weights, row):
    """The sums of the last layer's one neuron, and the signs on the way."""
    for layer in weights[:-1]:
        row = [sign(sum(w * x for w, x in zip(neuron, row))) for neuron in layer]
    return sum(w * x for w, x in zip(weights[-1][0], row))


def confident(problem, weights, threshold):
    """Stage SM counts the samples whose last sum has the right sign and is large enough."""
    return sum(
        label * forward(weights, row) >= threshold
        for row, label in zip(problem["samples"], problem["labels"])
    )


def main(problem_file, solution_file):
    with open(problem_file, encoding="utf8") as file:
        problem = json.load(file)
    if problem.get("perturbations", {}).get("linf", 0) != 0 or "keep" in problem:
        sys.exit(2)  # such a problem this solver does not know
    layers, bound = problem["layers"], problem["weightBound"]
    # A neuron that reads the inputs has as many as are ever on.
    on = [any(column) for column in zip(*problem["samples"])]
    inputs = layers[-2] if len(layers) > 2 else sum(on)
    threshold = problem.get("confidence", -(-bound * (inputs + 1) // 4))
    draw = random.Random(0)
    best = (-1, None)
    for _ in range(50):
        weights = [
            [[draw.randint(-bound, bound) for _ in range(below)] for _ in range(here)]
            for below, here in zip(layers, layers[1:])
        ]
        # What is off in every sample has no weight.
        weights[0] = [[w if lit else 0 for w, lit in zip(neuron, on)] for neuron in weights[0]]
        best = max(best, (confident(problem, weights, threshold), weights))
    stage = {"stage": "sm", "status": "feasible", "stopReason": "work-limit", "objective": best[0], "bound": None,
             "gap": None, "nodes": 50, "work": 50, "seconds": 0}
    solution = {
        "format": "fewbit-solution",
        "version": 1,
        "stages": [stage],
        "network": {"layers": layers, "weightBound": bound, "weights": best[1]},
    }
    with open(solution_file, "w", encoding="utf8") as file:
        json.dump(solution, file)


if __name__ == "__main__":
    main(*sys.argv[1:3])
