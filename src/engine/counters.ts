import type { Counters } from '../problem/solution.js';
import {
  COUNT_ACCEPTED,
  COUNT_CLOSED_BOUND,
  COUNT_CLOSED_CERTIFICATES,
  COUNT_CLOSED_EMPTY,
  COUNT_CLOSED_POINT,
  COUNT_CLOSED_SIDES,
  COUNT_CLOSED_UPPER,
  COUNT_CUT_ROUNDS,
  COUNT_CUTS,
  COUNT_FIXINGS,
  COUNT_JOINS,
  COUNT_JOINS_FOUND,
  COUNT_NEIGHBOURHOODS,
  COUNT_NEIGHBOURHOODS_FOUND,
  COUNT_NODES_CERTIFICATES,
  COUNT_NODES_PATTERNS,
  COUNT_NODES_PROOF,
  COUNT_NODES_SIDES,
  COUNT_NODES_WEIGHTS,
  COUNT_OFFERED,
  COUNT_PIVOTS,
  COUNT_RELAXATIONS,
  COUNT_ROUNDINGS,
  COUNT_ROUNDINGS_FOUND,
  COUNT_TABU,
  COUNT_TABU_FOUND,
} from './exports.js';

/** The names of the engine's counts (assembly/base/counts.ts), group by group. */
const NAMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  nodes: {
    weights: COUNT_NODES_WEIGHTS,
    sides: COUNT_NODES_SIDES,
    patterns: COUNT_NODES_PATTERNS,
    certificates: COUNT_NODES_CERTIFICATES,
    depthFirst: COUNT_NODES_PROOF,
  },
  relaxation: {
    bounds: COUNT_RELAXATIONS,
    pivots: COUNT_PIVOTS,
    cutRounds: COUNT_CUT_ROUNDS,
    cuts: COUNT_CUTS,
    fixings: COUNT_FIXINGS,
  },
  closed: {
    bound: COUNT_CLOSED_BOUND,
    emptyBox: COUNT_CLOSED_EMPTY,
    point: COUNT_CLOSED_POINT,
    sides: COUNT_CLOSED_SIDES,
    certificates: COUNT_CLOSED_CERTIFICATES,
    upperLayers: COUNT_CLOSED_UPPER,
  },
  searches: {
    tabu: COUNT_TABU,
    tabuFound: COUNT_TABU_FOUND,
    joins: COUNT_JOINS,
    joinsFound: COUNT_JOINS_FOUND,
    neighbourhoods: COUNT_NEIGHBOURHOODS,
    neighbourhoodsFound: COUNT_NEIGHBOURHOODS_FOUND,
    roundings: COUNT_ROUNDINGS,
    roundingsFound: COUNT_ROUNDINGS_FOUND,
  },
  networks: { valued: COUNT_OFFERED, accepted: COUNT_ACCEPTED },
};

/**
 * The counters of the running stage.
 *
 * @param countOf how often, by COUNT_..
 * @param nodes all of the stage's: what no tree by name has is `listed`, the networks, values and patterns looked at one by one
 */
export function readCounters(countOf: (kind: number) => number, nodes: number): Counters {
  const counters: Record<string, Record<string, number>> = {};
  for (const [group, names] of Object.entries(NAMES)) {
    const found = Object.entries(names).flatMap(([name, kind]) => {
      const times = countOf(kind);
      return times === 0 ? [] : [[name, times] as const];
    });
    if (found.length > 0) counters[group] = Object.fromEntries(found);
  }
  const named = Object.values(counters.nodes ?? {}).reduce((sum, times) => sum + times, 0);
  if (nodes > named) counters.nodes = { ...counters.nodes, listed: nodes - named };
  return counters;
}
