import type { CountingRule } from '../types.js';
import { type Ballot, NO_LABEL, vote } from './vote.js';

/**
 * Whether a label wins the vote whatever the open answers are (an input within the radius may turn them). Networks count
 * as independent of each other, so `true` is a proof, and `false` only says that there is none.
 *
 * For a rival c let d(c) be the label's votes minus c's, at worst: every open answer of the label goes to the other side,
 * every open answer of c to c. The label is safe when all d(c) > 0, and also when exactly one d(c) = 0 with the pair's
 * own answer certain for the label (the worst is then a two-way tie that the label wins). Both vote rules agree on that.
 * One more open answer never makes a label safe: it raises no d(c), adds no certain answer.
 *
 * @param answers +1, -1, 0 for no network
 * @param isOpen whether a pair's answer is open; its entry in `answers` is then not read
 */
export function isSafe(
  answers: ArrayLike<number>,
  isOpen: (pair: number) => boolean,
  classCount: number,
  label: number,
): boolean {
  const certain = new Array<number>(classCount).fill(0);
  const open = new Array<number>(classCount).fill(0);
  const ownWins = new Array<boolean>(classCount).fill(false);
  for (let p = 0, pair = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, pair++) {
      if (isOpen(pair)) {
        open[p]++;
        open[q]++;
      } else if (answers[pair] !== 0) {
        const winner = answers[pair] > 0 ? p : q;
        certain[winner]++;
        if (winner === label) ownWins[p + q - label] = true;
      }
    }
  }
  let ties = 0;
  for (let rival = 0; rival < classCount; rival++) {
    if (rival === label) continue;
    const lead = certain[label] - certain[rival] - open[rival];
    if (lead < 0 || (lead === 0 && !ownWins[rival])) return false;
    if (lead === 0) ties++;
  }
  return ties <= 1;
}

/**
 * The vote when some answers are open: a ballot that is right only when `isSafe` proves it for `truth`.
 *
 * @param answers +1, -1, or 0 where open or without a network
 * @param hasNetwork whether a 0 is an open answer; else it is an abstention
 */
export function worstBallot(
  answers: ArrayLike<number>,
  hasNetwork: (pair: number) => boolean,
  classCount: number,
  truth: number,
  rule: CountingRule,
): Ballot {
  const isOpen = (pair: number): boolean => answers[pair] === 0 && hasNetwork(pair);
  const anyOpen = Array.from(answers, (_, pair) => isOpen(pair)).includes(true);
  // Without an open answer there is nothing to prove; the recursive rule may name a label that `isSafe` does not know.
  if (!anyOpen) return vote(answers, classCount, rule);
  if (isSafe(answers, isOpen, classCount, truth)) {
    return vote(settled(answers, isOpen, classCount, truth, NO_LABEL), classCount, rule);
  }
  for (let rival = 0; rival < classCount; rival++) {
    if (rival === truth) continue;
    const ballot = vote(settled(answers, isOpen, classCount, truth, rival), classCount, rule);
    if (ballot.label !== truth) return ballot;
  }
  return { label: NO_LABEL, leaders: [truth] };
}

/**
 * The open answers settled as they hurt truth most against a rival: truth's go to the other side, the rival's to the
 * rival, those between two others abstain.
 */
function settled(
  answers: ArrayLike<number>,
  isOpen: (pair: number) => boolean,
  classCount: number,
  truth: number,
  rival: number,
): Int8Array {
  const full = Int8Array.from(answers);
  for (let p = 0, pair = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, pair++) {
      if (!isOpen(pair)) continue;
      if (p === truth) full[pair] = -1;
      else if (q === truth) full[pair] = 1;
      else full[pair] = p === rival ? 1 : q === rival ? -1 : 0;
    }
  }
  return full;
}
