import type { SumRange } from '../../certify/index.js';
import { pairIndex } from '../pair-order.js';
import type { VoteRule } from '../types.js';
import { type Ballot, NO_LABEL, vote } from './vote.js';

/** A network that is certified at this radius, or further, has the full weight. */
export const FULL_RADIUS = 3;

/**
 * The third vote: every network's answer weighs its certified radius and 1 more, 4 at most. A network whose answer the next change would
 * turn says less than one that is sure, but how sure beyond that says nothing: without the limit the vote is worse than counting
 * (docs/features.md). One that no input turns (radius infinite) knows nothing and weighs 1; a pair without a network has answer 0
 * and weighs nothing.
 *
 * A class gains the weight of each of its networks that answer it, and loses that of each that answer the other. Whole numbers.
 */
export function marginScores(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
): number[] {
  const scores = new Array<number>(classCount).fill(0);
  for (let p = 0, pair = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, pair++) {
      const weight = answers[pair] * weightOf(radii[pair]);
      scores[p] += weight;
      scores[q] -= weight;
    }
  }
  return scores;
}

/**
 * How far a label is ahead of its closest rival by radii without a limit: what an attack watches fall. Says nothing about who wins a vote.
 */
export function radiusLead(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
  label: number,
): number {
  const sums = new Array<number>(classCount).fill(0);
  for (let p = 0, pair = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, pair++) {
      const weight = radii[pair] === Number.POSITIVE_INFINITY ? 0 : answers[pair] * (radii[pair] + 1);
      sums[p] += weight;
      sums[q] -= weight;
    }
  }
  return sums[label] - Math.max(...sums.filter((_, c) => c !== label));
}

function weightOf(radius: number): number {
  return radius === Number.POSITIVE_INFINITY ? 1 : Math.min(radius, FULL_RADIUS) + 1;
}

/** The vote by any rule; `radii` are read by `margin` only. */
export function elect(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
  rule: VoteRule,
): Ballot {
  return rule === 'margin' ? voteByMargin(answers, radii, classCount) : vote(answers, classCount, rule);
}

/** The class with the largest score; of two with the same the one that their own network answers, of more no label. */
export function voteByMargin(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
): Ballot {
  const scores = marginScores(answers, radii, classCount);
  const most = Math.max(...scores);
  const leaders = [...scores.keys()].filter((c) => scores[c] === most);
  if (leaders.length === 1) return { label: leaders[0], leaders };
  if (leaders.length === 2) {
    const answer = answers[pairIndex(leaders[0], leaders[1], classCount)];
    if (answer !== 0) return { label: answer > 0 ? leaders[0] : leaders[1], leaders };
  }
  return { label: NO_LABEL, leaders };
}

/**
 * The largest whole radius within which the label that wins this vote provably still wins it; a lower bound.
 *
 * Within distance d of an input a network of radius r >= d answers the same, at a radius of r - d to r + d: the balls that the two radii
 * promise are nested. Where r < d it may answer otherwise, but at a radius of d - r - 1 at most, because balls of different answers
 * do not meet. So every network has a worst weight within d, for a class and against it, which only falls as d grows; a lead
 * adds up the worst of all networks of the label and of the rival, twice that of their own, and bisection finds the largest d at which
 * all leads stay above 0.
 *
 * @param answers, radii at this input; answer 0 for no network
 */
export function marginRadius(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
  label: number,
): number {
  const holds = (distance: number): boolean =>
    leadsHold(classCount, label, (pair, sign) => {
      const answer = sign * answers[pair];
      const radius = radii[pair];
      if (answer === 0 || radius === Number.POSITIVE_INFINITY) return answer;
      if (answer < 0) return -weightOf(radius + distance);
      return radius >= distance ? weightOf(radius - distance) : -weightOf(distance - radius - 1);
    });
  // A tie that the own network decides is no lead: it holds here, and nobody knows how far.
  if (!holds(0)) return 0;
  const finite = Array.from(radii).filter((radius) => radius < Number.POSITIVE_INFINITY);
  // Beyond this nothing gets worse.
  let high = Math.max(0, ...finite) + FULL_RADIUS + 1;
  if (holds(high)) return Number.POSITIVE_INFINITY;
  let low = 0;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Whether a label leads against every rival at the worst of all networks.
 *
 * @param worst the least that a pair's network says for its first class (sign 1) or its second (-1): minus the other's weight where it may
 * answer that
 */
function leadsHold(
  classCount: number,
  label: number,
  worst: (pair: number, sign: 1 | -1) => number,
): boolean {
  const says = (one: number, other: number): number =>
    one < other ? worst(pairIndex(one, other, classCount), 1) : worst(pairIndex(other, one, classCount), -1);
  for (let rival = 0; rival < classCount; rival++) {
    if (rival === label) continue;
    let lead = 2 * says(label, rival);
    for (let other = 0; other < classCount; other++) {
      if (other !== label && other !== rival) lead += says(label, other) + says(other, rival);
    }
    if (lead <= 0) return false;
  }
  return true;
}

/**
 * Whether a label wins this vote on all inputs of a range, network by network at its worst.
 *
 * @param range what networks answer on these inputs (`SumRange`)
 */
export function marginHolds(
  { answers, least, most }: Pick<SumRange, 'answers' | 'least' | 'most'>,
  hasNetwork: (pair: number) => boolean,
  classCount: number,
  label: number,
): boolean {
  return leadsHold(classCount, label, (pair, sign) => {
    if (!hasNetwork(pair)) return 0;
    if (answers[pair] === sign) return weightOf(least[pair]);
    if (least[pair] === Number.POSITIVE_INFINITY) return -1;
    return -weightOf(most[sign > 0 ? 1 : 0][pair]);
  });
}
