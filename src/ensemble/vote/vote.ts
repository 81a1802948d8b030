import { countOfPairs, pairIndex } from '../pair-order.js';
import type { CountingRule } from '../types.js';

/**
 * How the pairwise answers become one label. Bernardelli et al., section 4 (the BeMi ensemble), design section 1.
 *
 * Answers are one per pair in the order of `pair-order.ts`: +1 votes for the pair's first class, -1 for its second, 0 is
 * an abstention (a pair whose training was interrupted before it had a network). With all networks present, 0 never
 * occurs and everything below is the paper's rule.
 */
export interface Ballot {
  /** Index of the winning class, or `NO_LABEL`. */
  readonly label: number;
  /** The classes that shared the lead in the round that ended the vote; one of them where the lead was unique. */
  readonly leaders: readonly number[];
}

/** The answer where the rule names no class; counted as wrong. */
export const NO_LABEL = -1;

/**
 * Outcome of one classified sample: 0 unique and right, 1 two-way tie and right, 2 two-way tie lost to the other label of
 * the tie, 3 undecided tie with the truth among the leaders, 4 such a tie without it, 5 two-way tie with neither right,
 * 6 unique and wrong. So codes 0 and 1 are the right answers, 3 and 4 the samples without a label.
 */
export type OutcomeCode = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export const OUTCOME_COUNT = 7;

/**
 * Votes per class. With `among`, only the networks between two of those classes count, and the result still has one
 * entry per class. Cost O(pairs).
 */
export function countVotes(
  answers: ArrayLike<number>,
  classCount: number,
  among?: readonly number[],
): number[] {
  if (answers.length !== countOfPairs(classCount)) {
    throw new RangeError(
      `${classCount} classes need ${countOfPairs(classCount)} answers, got ${answers.length}`,
    );
  }
  const votes = new Array<number>(classCount).fill(0);
  if (among === undefined) {
    for (let p = 0, at = 0; p < classCount; p++) {
      for (let q = p + 1; q < classCount; q++, at++) cast(votes, answers[at], p, q);
    }
    return votes;
  }
  for (let a = 0; a < among.length; a++) {
    for (let b = a + 1; b < among.length; b++) {
      const p = Math.min(among[a], among[b]);
      const q = Math.max(among[a], among[b]);
      cast(votes, answers[pairIndex(p, q, classCount)], p, q);
    }
  }
  return votes;
}

function cast(votes: number[], answer: number, p: number, q: number): void {
  if (answer > 0) votes[p]++;
  else if (answer < 0) votes[q]++;
}

/** The classes of `candidates` with the most votes, ascending. */
function leadersOf(votes: readonly number[], candidates: readonly number[]): number[] {
  let most = -1;
  let leaders: number[] = [];
  for (const c of candidates) {
    if (votes[c] > most) {
      most = votes[c];
      leaders = [c];
    } else if (votes[c] === most) leaders.push(c);
  }
  return leaders;
}

/**
 * The vote. `paper`: a unique most-voted label wins; where exactly two lead, the network of that very pair decides; where
 * three or more lead there is no label. `recursive`: among three or more leaders only the networks between two leaders
 * are counted, and that repeats until the lead is unique, is a tie of two (decided as above), or no longer shrinks (no
 * label). Two leaders whose own network abstains stay undecided under both rules.
 */
export function vote(answers: ArrayLike<number>, classCount: number, rule: CountingRule): Ballot {
  const everyone = Array.from({ length: classCount }, (_, c) => c);
  let leaders = leadersOf(countVotes(answers, classCount), everyone);
  while (rule === 'recursive' && leaders.length > 2) {
    const fewer = leadersOf(countVotes(answers, classCount, leaders), leaders);
    if (fewer.length === leaders.length) break;
    leaders = fewer;
  }
  if (leaders.length === 1) return { label: leaders[0], leaders };
  if (leaders.length === 2) {
    const answer = answers[pairIndex(leaders[0], leaders[1], classCount)];
    if (answer !== 0) return { label: answer > 0 ? leaders[0] : leaders[1], leaders };
  }
  return { label: NO_LABEL, leaders };
}

/**
 * The outcome code of a ballot when `truth` (a class index) is right. Under the recursive rule the code describes the
 * round that ended the vote, so the same codes mean right, wrong and unlabelled under both rules.
 */
export function outcomeCode(ballot: Ballot, truth: number): OutcomeCode {
  const { label, leaders } = ballot;
  if (label === NO_LABEL) return leaders.includes(truth) ? 3 : 4;
  if (leaders.length === 1) return label === truth ? 0 : 6;
  if (label === truth) return 1;
  return leaders.includes(truth) ? 2 : 5;
}
