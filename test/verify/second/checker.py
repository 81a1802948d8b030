#!/usr/bin/env python3
"""A second checker of the proofs of `fewbit solve --proof`, of all objectives, fields and records: written from docs/proof.md and the
semantics of docs/architecture.md and docs/robust.md, in another language, with none of our code.

    checker.py PROBLEM SOLUTION PROOF [PROBLEM SOLUTION PROOF ..]

prints a line of JSON for each: of every block the stage, the claim, and `holds`, `refused` with a reason, or `not judged` (what asks a
checker to search for itself and would take Python too long: more than MOST networks, 4,000 unless the environment says otherwise).
"""
import json
import sys

from cases import Cases
from interval import count_beyond
from problem import NotJudged, Problem, Refused, need
from robust_tree import Matching, RobustTree
from rows import Rows
from soft_tree import SoftTree
from starts import Start
from tree import Tree
from worth import worth_of


def judge(p, start, block):
    """The lines of a block from its stage on."""
    words = [line.split(" ") for line in block]
    stage, at = words[0][1], 1
    need(words[-1] == ["end"], "no end")
    if stage != "sm":
        need(start.keep is not None, "no network of SM says what is kept")
        need(words[at] == ["keep"] + [str(k) for k in start.keep], "keep is not what is kept")
        at += 1
    if stage == "mw":
        kind, margins = start.hold
        held = [m for layer in margins or [] for m in layer]
        need(all(m >= 0 for m in held), "a negative margin is held")
        need(words[at] == ["hold", kind] + [str(m) for m in held], "hold is not what is held")
        at += 1
    claim = shown(p, stage, start, words[at:])
    return stage, claim


def shown(p, stage, start, words):
    """What the lines from `claim` to `end` show."""
    need(len(words) >= 3 and words[0][0] == "claim" and words[1][0] == "method", "claim or method is missing")
    claim, method, records = words[0][1], words[1][1], words[2:-1]
    value = number(p, stage, claim)
    if stage == "mw" and start.hold[0] == "confident" and p.threshold <= 0 and method not in ("enumerate", "cases"):
        need(value <= 0, "no weights at all will do")
    if method in ("tree", "rows", "matching", "cases"):
        reader = reader_of(p, stage, start, value, method)
        for line in records:
            reader.record(line)
        need(not reader.open, "the block ends with open nodes")
        return claim
    need(not records, "records of a method that has none")
    if method == "trivial":
        reached = trivial(p, stage, start, value)
        need(value <= reached if stage == "mw" else value >= reached, f"the claim is better than {reached}")
    elif method == "enumerate":
        need(worth_of(p).better(stage, start, value) is None, "a network beats the claim")
    else:
        need(method == "interval" and stage == "sm" and p.kind == "paper" and len(p.layers) == 2, f"method {method}")
        need(count_beyond(p, worth_of(p), value) is None, "a network beats the claim")
    return claim


def number(p, stage, claim):
    """The claim as a figure; `none` as one that only no network at all could meet."""
    is_soft = stage == "mm" and p.kind == "soft"
    may_be_none = stage != "sm" or any(most is not None for most in p.spare.values())
    none = {"sm": -1, "mm": -1, "mw": p.variable + 1}[stage]
    if claim == "none":
        need(may_be_none and not is_soft, f"{stage} always has a network")
        return none
    value = int(claim)
    if stage == "mm" and not is_soft:
        return max(value, none)
    return min(value, none) if stage == "mw" else value


def reader_of(p, stage, start, value, method):
    if method == "cases":
        def judged(inner, lines):
            got = shown(inner, stage, start, [line.split(" ") for line in lines])
            own = number(inner, stage, got)
            need(got == "none" or (own >= value if stage == "mw" else own <= value), "a case claims less than the block")
        return Cases(p, judged)
    if method == "rows":
        need(stage == "sm" and p.kind == "paper", "rows of another stage or objective")
        return Rows(p, value)
    if method == "matching":
        need(stage == "sm" and p.kind != "paper", "a matching of another stage or objective")
        return Matching(p, value)
    if p.kind == "paper":
        need(stage != "sm", "a tree of SM")
        return Tree(p, stage, start, value)
    soft = p.kind == "soft" and (stage == "mm" or (stage == "mw" and start.hold[0] == "loss"))
    return (SoftTree if soft else RobustTree)(p, stage, start, value)


def trivial(p, stage, start, value):
    if p.kind == "soft" and (stage == "mm" or (stage == "mw" and start.hold[0] == "loss")):
        return 0
    if p.kind != "paper":
        return RobustTree(p, stage, start, value).plain
    if stage != "sm":
        return Tree(p, stage, start, value).total()
    if p.threshold <= 0:
        return sum(p.costs)
    if len(p.layers) > 2 and p.threshold > p.P * p.layers[-2]:
        return 0
    groups = {}
    for row, y, cost in zip(p.x, p.y, p.costs):
        group = groups.setdefault(tuple(row), {1: 0, -1: 0})
        group[y] += cost
    return sum(max(group.values()) for group in groups.values())


def checked(problem_file, solution_file, proof_file):
    with open(problem_file) as file:
        p = Problem(json.load(file, parse_float=str))
    with open(solution_file) as file:
        solution = json.load(file)
    with open(proof_file) as file:
        lines = file.read().split("\n")
    need(lines[0] == "fewbit-proof 1" and lines[-1] == "", "no proof file")
    blocks, out = [], []
    for line in lines[1:-1]:
        if line.startswith("stage "):
            blocks.append([])
        blocks[-1].append(line)
    for block in blocks:
        entry = {"stage": block[0].split(" ")[1]}
        try:
            _, entry["claim"] = judge(p, Start(p, worth_of(p), solution), block)
            entry["verdict"] = "holds"
        except NotJudged as why:
            entry.update(verdict="not judged", reason=str(why))
        except (Refused, ValueError, IndexError, TypeError) as why:
            entry.update(verdict="refused", reason=f"{why}")
        out.append(entry)
    return {"stages": out}


if __name__ == "__main__":
    for n in range(1, len(sys.argv), 3):
        print(json.dumps(checked(*sys.argv[n:n + 3])), flush=True)
