import type { Goal } from '../../certify/index.js';
import { pairIndex } from '../pair-order.js';
import type { VoteRule } from '../types.js';
import { elect } from './margin.js';
import { countVotes } from './vote.js';
import { isSafe } from './worst-case.js';

/**
 * The largest whole radius at which the label that wins now provably still wins, from the certified radii of the
 * networks: a network is open beyond its own radius, and `isSafe` decides over the open ones. The open ones only grow with
 * the radius and never make a label safe, so bisection over the networks' radii finds it. `Infinity` where no input takes
 * the vote from the label.
 *
 * Networks count as independent of each other, though the box moves all of them with the same perturbation: the radius is
 * a lower bound.
 *
 * @param answers, radii one entry a pair; @param hasNetwork a pair without one abstains at every radius
 */
export function voteRadius(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  hasNetwork: (pair: number) => boolean,
  classCount: number,
  label: number,
): number {
  const steps = [
    ...new Set(Array.from(radii).filter((radius, pair) => hasNetwork(pair) && radius < Infinity)),
  ];
  steps.sort((a, b) => a - b);
  // Before the first step nothing is open, and the label wins as it does now.
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const isOpen = (pair: number): boolean => hasNetwork(pair) && radii[pair] <= steps[middle];
    if (isSafe(answers, isOpen, classCount, label)) low = middle + 1;
    else high = middle;
  }
  return low < steps.length ? steps[low] : Number.POSITIVE_INFINITY;
}

/** Rivals that an attack tries, cheapest first. */
const RIVALS = 3;

/**
 * What an attack on the vote aims at: for each of the rivals that seem cheapest to lift above the label, turn the networks
 * that are missing, those with the smallest certified radii first. Reached when the vote names anything but the label,
 * whoever that is.
 *
 * @param attacker has just read the input
 */
export function voteGoals(
  attacker: { readonly answers: Int8Array; readonly radii: Float64Array },
  classCount: number,
  label: number,
  rule: VoteRule,
): Goal[] {
  const rivals = Array.from({ length: classCount }, (_, c) => c).filter((c) => c !== label);
  const cost = (rival: number): number =>
    Math.max(
      0,
      ...missing(attacker.answers, attacker.radii, classCount, label, rival).map((n) => attacker.radii[n]),
    );
  return rivals
    .map((rival) => ({ rival, cost: cost(rival) }))
    .sort((a, b) => a.cost - b.cost || a.rival - b.rival)
    .slice(0, RIVALS)
    .map(({ rival }): Goal => {
      return (answers, radii) =>
        elect(answers, radii, classCount, rule).label === label
          ? rule === 'margin'
            ? against(answers, classCount, label, rival)
            : missing(answers, radii, classCount, label, rival)
          : null;
    });
}

/** The networks to turn so that the rival beats the label, or ties with it and wins their own network. */
function missing(
  answers: Int8Array,
  radii: Float64Array,
  classCount: number,
  label: number,
  rival: number,
): number[] {
  const votes = countVotes(answers, classCount);
  const own = pairIndex(Math.min(label, rival), Math.max(label, rival), classCount);
  let lead = votes[label] - votes[rival];
  let ownTurned = winnerOf(own, label, rival, answers) === rival;
  const candidates: number[] = [];
  for (let c = 0; c < classCount; c++) {
    if (c === label) continue;
    const against = pairIndex(Math.min(label, c), Math.max(label, c), classCount);
    if (winnerOf(against, label, c, answers) === label) candidates.push(against);
    if (c === rival) continue;
    const lifting = pairIndex(Math.min(rival, c), Math.max(rival, c), classCount);
    if (winnerOf(lifting, rival, c, answers) === c) candidates.push(lifting);
  }
  candidates.sort((a, b) => radii[a] - radii[b] || a - b);
  const chosen: number[] = [];
  for (const pair of candidates) {
    if (lead < 0 || (lead === 0 && ownTurned)) break;
    if (radii[pair] === Number.POSITIVE_INFINITY) break;
    chosen.push(pair);
    lead -= pair === own ? 2 : 1;
    ownTurned ||= pair === own;
  }
  return chosen;
}

/** Every network that speaks for the label or against the rival: by margins all of them count, also where they do not turn. */
function against(answers: Int8Array, classCount: number, label: number, rival: number): number[] {
  const pairs: number[] = [];
  for (let c = 0; c < classCount; c++) {
    for (const [one, wanted] of [
      [label, c],
      [rival, rival],
    ]) {
      if (c === one) continue;
      const pair = pairIndex(Math.min(one, c), Math.max(one, c), classCount);
      if (answers[pair] !== 0 && winnerOf(pair, one, c, answers) !== wanted && !pairs.includes(pair)) {
        pairs.push(pair);
      }
    }
  }
  return pairs;
}

/** Who wins a pair of classes; -1 where it has no network. */
function winnerOf(pair: number, a: number, b: number, answers: Int8Array): number {
  if (answers[pair] === 0) return -1;
  return answers[pair] > 0 ? Math.min(a, b) : Math.max(a, b);
}
