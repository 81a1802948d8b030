import { pairIndex } from '../pair-order.js';
import type { VoteRule } from '../types.js';
import { type Ballot, NO_LABEL, vote } from './vote.js';

/**
 * The third vote: every network's answer weighs its certified radius, and 1 more. A network that is far from the other answer says
 * more than one that any change would turn. One that no input turns (radius infinite) knows nothing and weighs 1; a pair without a network
 * has radius 0 and answer 0, and weighs nothing.
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

function weightOf(radius: number): number {
  return radius === Number.POSITIVE_INFINITY ? 1 : radius + 1;
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
 * Within distance d of an input a network's signed weight moves by d at most where its radius r is at least d: the balls about both inputs
 * that its radii promise are nested, and hence the radii at most d apart. Where r < d the answer may turn, to a radius r' of
 * which r + r' < d, because balls of different answers do not meet: signed weights are then at most r + 1 + r' + 1 <= d + 1 apart.
 * A class's lead over a rival adds up the networks of either with others, and twice their own. Both moves grow with d, so that
 * bisection finds the largest d at which all leads stay above 0.
 *
 * @param radii with the answers at this input; 0 and answer 0 for no network
 */
export function marginRadius(
  answers: ArrayLike<number>,
  radii: ArrayLike<number>,
  classCount: number,
  label: number,
): number {
  const scores = marginScores(answers, radii, classCount);
  const rivals = [...scores.keys()].filter((c) => c !== label);
  if (rivals.some((rival) => scores[rival] >= scores[label])) return 0;
  const movesOf = (c: number, except: number, distance: number): number => {
    let moves = 0;
    for (let other = 0; other < classCount; other++) {
      if (other === c || other === except) continue;
      moves += moveOf(pairIndex(Math.min(c, other), Math.max(c, other), classCount), distance);
    }
    return moves;
  };
  const moveOf = (pair: number, distance: number): number => {
    if (answers[pair] === 0 || radii[pair] === Number.POSITIVE_INFINITY) return 0;
    return radii[pair] >= distance ? distance : distance + 1;
  };
  const holds = (distance: number): boolean =>
    rivals.every((rival) => {
      const own = pairIndex(Math.min(label, rival), Math.max(label, rival), classCount);
      const moves =
        movesOf(label, rival, distance) + movesOf(rival, label, distance) + 2 * moveOf(own, distance);
      return scores[label] - scores[rival] > moves;
    });
  // Beyond the largest score nothing that can move holds.
  let high = scores[label] - Math.min(...scores) + 1;
  if (holds(high)) return Number.POSITIVE_INFINITY;
  let low = 0;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
