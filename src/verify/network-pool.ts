import type { NetworkPool } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { activeFlags } from './evaluate.js';
import { networkFault } from './fault.js';
import { type StageStart, scoreAt } from './starts.js';
import { type Box, forEachVector } from './vectors.js';
import type { Worth } from './worth/index.js';

/*
 * The pool of a solution file: every network of it is evaluated anew. That no other network is better than it says, and that it is complete, is
 * shown where all weight vectors can be looked at, and stays unproved elsewhere.
 */

/** What the checker says of a pool. */
export interface PoolVerdict {
  readonly networks: number;
  /** Every network is allowed, worth what the file says, and where it belongs; `null`: what its stage starts from is not in the file. */
  readonly networksHold: boolean | null;
  /** There is no other network that is as good as `outside` says, or, of a complete pool, within the tolerance. */
  readonly othersHold: boolean | null;
  readonly reason?: string;
}

/** Weight vectors that are looked at, times samples. */
const MOST_LOOKS = 2 ** 20;

/**
 * @param start of the pool's stage
 * @param scale units of the stage's figure in 1 of the file
 * @param sense +1: larger is better
 */
export function poolVerdict(
  problem: TrainingProblem,
  pool: NetworkPool,
  start: StageStart,
  worth: Worth,
  { scale, sense }: { readonly scale: number; readonly sense: 1 | -1 },
  enumerates: boolean,
): PoolVerdict {
  const networks = pool.networks.length;
  const fails = (reason: string, n: number): PoolVerdict => ({
    ...{ networks, networksHold: false, othersHold: null },
    reason: `network ${n}: ${reason}`,
  });
  const { stage, size } = pool;
  if (networks > size) return fails(`the pool has ${size} at most`, size);
  const isKnown =
    stage === 'sm' || (start.keep !== undefined && (stage !== 'mw' || start.hold !== undefined));
  if (!isKnown) {
    const reason = 'what the stage starts from is not in the file';
    return { networks, networksHold: null, othersHold: null, reason };
  }
  const unitsOf = (figure: number): number => Math.round(figure * scale);
  const weightBound = Math.max(problem.weightBound, ...(problem.ranges ?? []).flat().map(Math.abs));
  const scoreOf = (weights: readonly number[]): number | string | undefined => {
    const network = { layers: problem.layers, weightBound, weights: [[weights]] };
    return networkFault(problem, network) ?? scoreAt(stage, start, worth.measure(network));
  };
  const listed = new Set<string>();
  let before = Number.POSITIVE_INFINITY;
  for (const [n, { objective, weights }] of pool.networks.entries()) {
    const score = scoreOf(weights);
    if (typeof score === 'string') return fails(score, n);
    if (score === undefined) return fails(`stage ${stage} does not allow it`, n);
    if (
      unitsOf(objective) !== score ||
      Math.abs(score / scale - objective) > 1e-9 * Math.max(1, Math.abs(objective))
    )
      return fails(`its objective is ${score / scale}, not ${objective}`, n);
    if (sense * score > before) return fails('it is better than the one before it', n);
    if (pool.least !== null && sense * (score - unitsOf(pool.least)) < 0)
      return fails(`it is worse than ${pool.least}`, n);
    const key = weights.join();
    if (listed.has(key)) return fails('it is listed twice', n);
    listed.add(key);
    before = sense * score;
  }
  if (
    pool.complete &&
    pool.outside !== null &&
    pool.least !== null &&
    sense * (pool.outside - pool.least) >= 0
  )
    return { ...fails('', 0), reason: 'complete, but with networks outside that are within the tolerance' };
  const active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
  const boxes = active.map((i): Box => problem.ranges?.[i] ?? [-problem.weightBound, problem.weightBound]);
  const vectors = boxes.reduce((ways, [low, high]) => ways * (high - low + 1), 1);
  const isSmall = enumerates && vectors * problem.sampleCount * active.length <= MOST_LOOKS;
  if (!isSmall) return { networks, networksHold: true, othersHold: null };
  let other: number | undefined;
  forEachVector(
    active.map(() => []),
    0,
    boxes,
    (own) => {
      const weights = new Array<number>(problem.layers[0]).fill(0);
      active.forEach((i, at) => {
        weights[i] = own[at];
      });
      if (listed.has(weights.join())) return;
      const score = scoreOf(weights);
      if (typeof score !== 'number') return;
      if (other === undefined || sense * (score - other) > 0) other = score;
    },
  );
  const most = pool.outside === null ? undefined : unitsOf(pool.outside);
  if (other === undefined || (most !== undefined && sense * (other - most) <= 0))
    return { networks, networksHold: true, othersHold: true };
  const reason = `a network of ${other / scale} is not listed, ${pool.outside === null ? 'though all are said to be' : `though none is said to be better than ${pool.outside}`}`;
  return { networks, networksHold: true, othersHold: false, reason };
}
