import type { Engine } from '../engine/index.js';
import type { Network } from '../network/types.js';
import { hasCombinations } from '../problem/combinations.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { exactValue, type StageCase } from '../testing/stage-case.js';

/*
 * The debug solution: the networks that a run has ended with are handed to the checked build when the same run begins anew. Until
 * it has found them again nothing may throw them away, and the first prune, cut, fixing or bound that would stops with the
 * place's name (assembly/witness/).
 */

/** A network and what it is worth, in the stage's own integers. */
export interface Witness {
  readonly network: Network;
  readonly value: number;
  /** Robust SM: the samples it counts. */
  readonly counted: readonly number[];
}

export type Witnesses = ReadonlyMap<StageName, Witness>;

/**
 * What the stages of a run have ended with, by the judges' arithmetic. Nothing where the problem has groups of columns: it is solved box by
 * box, and a network lies in one of them.
 */
export function witnessesOf(problem: TrainingProblem, cases: readonly StageCase[]): Witnesses {
  const found = new Map<StageName, Witness>();
  if (hasCombinations(problem)) return found;
  for (const one of cases) {
    const { network, keep } = one.record;
    const value = network === undefined ? null : exactValue(problem, one, network);
    if (network === undefined || value === null) continue;
    found.set(one.stage, { network, value, counted: one.stage === 'sm' ? (keep ?? []) : [] });
  }
  return found;
}

/** The same engine, of a checked build, which is told of a witness at the beginning of every stage that there is one for. */
export function withWitnesses(engine: Engine, witnesses: Witnesses): Engine {
  const begin = function (this: Engine, ...args: Parameters<Engine['begin']>): void {
    engine.begin.apply(this, args);
    const witness = witnesses.get(args[0]);
    if (witness !== undefined) this.watch(witness.network, witness.value, witness.counted);
  };
  return Object.create(engine, { begin: { value: begin } }) as Engine;
}
