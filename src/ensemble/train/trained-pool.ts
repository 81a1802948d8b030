import { InputError } from '../../errors.js';
import { outputSign } from '../../network/forward.js';
import { nonzeroCount } from '../../network/links.js';
import type { Network } from '../../network/types.js';
import { activeInputs } from '../../problem/active.js';
import { findPool, poolRefusal, type Within } from '../../stages/network-pool.js';
import type { TrainingConfig } from '../config.js';
import type { Pair } from '../pair-order.js';
import type { TrainedPool } from '../types.js';
import { withoutConstants } from './bias.js';
import type { BorneOutcome } from './ladder.js';
import { pairSeed } from './pairs.js';
import type { PairPool } from './pool.js';
import type { TrainingSamples } from './training-samples.js';

/*
 * A pool of a training: the best networks of its last stage, to choose from (stages/network-pool.ts finds them). Networks that differ in
 * their bias alone are one, the best of them: nobody chooses between thresholds that lie between the same two rows.
 */

/** What is asked of a training of two classes by single neurons. */
export interface PoolAsked {
  /** Networks at most. */
  readonly size: number;
  readonly within: Within;
  /** Which of them, counted from 1, the model gets. Default: 1, the best. */
  readonly choose?: number;
}

/** Throws `InputError` where a training has no pool. */
export function checkPoolAsked(
  { choose = 1, size }: PoolAsked,
  pairs: number,
  { hidden, stages, objective }: TrainingConfig,
): void {
  if (pairs !== 1) throw new InputError('pool: for two classes; name them (classes)');
  const refusal = poolRefusal({
    stages,
    objective: objective === 'bemi' ? 'paper' : 'robust',
    hidden: hidden.length > 0,
  });
  if (refusal !== undefined) throw new InputError(`pool: ${refusal}`);
  if (!Number.isSafeInteger(choose) || choose < 1 || choose > size) {
    throw new InputError(`choose: must be a whole number in 1..${size}, networks of the pool`);
  }
}

/**
 * The pool of a solved pair, and the pair with the network that is chosen.
 *
 * @throws InputError where the pool has fewer networks than `choose` says
 */
export async function poolOfPair(
  pair: Pair,
  samples: TrainingSamples,
  config: TrainingConfig,
  solved: BorneOutcome,
  asked: PoolAsked,
  pool: PairPool,
  stop: AbortSignal,
): Promise<{ readonly solved: BorneOutcome; readonly pool: TrainedPool }> {
  const { problem, outcome } = solved;
  const { inputs } = samples;
  const constants = Array.from({ length: problem.layers[0] - inputs }, (_, k) => inputs + k);
  const { timeLimit, workLimit, tolerance, seed } = config;
  const found = await findPool(
    problem,
    outcome,
    {
      ...{ size: asked.size, within: asked.within, constants, tolerance },
      ...(workLimit === null ? {} : { workLimit }),
      ...(timeLimit === null ? {} : { timeLimit }),
    },
    (box, limits) =>
      pool.run(
        { pair: pair.index, problem: box, options: { ...limits, seed: pairSeed(seed, pair.index) } },
        () => {},
        stop,
      ),
    () => stop.aborted,
  );
  const networkOf = (weights: readonly number[]): Network => ({
    layers: [...problem.layers],
    weightBound: config.weightBound,
    weights: [[[...weights]]],
  });
  const own = ownRows(pair, samples);
  const fineness = config.fineness ?? 1;
  const read = fineness === 1 ? samples.rows : samples.rows.map((value) => value / fineness);
  const active = new Set(activeInputs(problem));
  const members = found.networks.map(({ objective, weights }) => {
    // An input that is 0 in every row has no weight, whatever the engine says of it.
    const whole = networkOf(weights.map((w, i) => (active.has(i) ? w : 0)));
    const network =
      config.bias === true ? withoutConstants(whole, problem, inputs, config.weightBound, fineness) : whole;
    return {
      whole,
      objective,
      weights: network.weights[0][0],
      ...(network.biases === undefined ? {} : { bias: network.biases[0] }),
      nonzero: nonzeroCount(network),
      right: rightOf(network, samples.columns, read, own),
    };
  });
  // Best first as they are; of equal ones those of few weights.
  const rank = new Map<number, number>();
  for (const [at, { objective }] of members.entries()) if (!rank.has(objective)) rank.set(objective, at);
  members.sort(
    (a, b) => (rank.get(a.objective) as number) - (rank.get(b.objective) as number) || a.nonzero - b.nonzero,
  );
  const networks = members.map(({ whole: _, ...network }) => network);
  const choose = asked.choose ?? 1;
  if (choose > Math.max(1, networks.length)) {
    throw new InputError(`choose: the pool has ${networks.length} networks, there is no ${choose}`);
  }
  const trained = { ...found, rows: own.length, chosen: choose, networks };
  if (networks.length === 0) return { solved, pool: trained };
  const { objective, whole } = members[choose - 1];
  const last = outcome.stages[outcome.stages.length - 1];
  const best = found.networks[0].objective;
  // No box is left that is better than the best: that is its proof.
  const bound = found.stopReason === 'proved' ? best : last.bound;
  const stage = {
    ...last,
    objective,
    bound,
    gap: bound === null ? null : Math.abs(bound - objective) / Math.max(1, Math.abs(objective)),
    status: bound === objective ? ('optimal' as const) : ('feasible' as const),
    ...(found.stopReason === 'proved' ? { stopReason: found.stopReason } : {}),
    work: last.work + found.work,
    seconds: last.seconds + found.seconds,
    network: undefined,
  };
  return {
    solved: {
      ...solved,
      outcome: {
        ...outcome,
        stages: [...outcome.stages.slice(0, -1), stage],
        network: whole,
      },
    },
    pool: trained,
  };
}

interface OwnRow {
  readonly sample: number;
  readonly sign: 1 | -1;
}

function ownRows({ first, second }: Pair, { labels }: TrainingSamples): OwnRow[] {
  return Array.from(labels).flatMap((label, sample): OwnRow[] =>
    label === first || label === second ? [{ sample, sign: label === first ? 1 : -1 }] : [],
  );
}

/** Training rows that a network answers rightly. */
function rightOf(
  network: Network,
  columns: number,
  values: TrainingSamples['rows'],
  own: readonly OwnRow[],
): number {
  return own.reduce(
    (right, { sample, sign }) => right + (outputSign(network, values, sample * columns) === sign ? 1 : 0),
    0,
  );
}
