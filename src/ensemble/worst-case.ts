import { pairIndex } from './pair-order.js';
import type { VoteRule } from './types.js';
import { type Ballot, NO_LABEL, outcomeCode, vote } from './vote.js';

/**
 * The vote when some answers are open (an input within the radius may turn them): a ballot that is right only when no
 * completion of the open answers can take the vote from `truth`. Networks count as independent of each other, so "right"
 * is a proof, and anything else only says that there is none.
 *
 * For a rival c let d(c) be truth's votes minus c's, at worst: every open answer of truth goes to the other side, every
 * open answer of c to c. Truth is safe when all d(c) > 0, and also when exactly one d(c) = 0 with the pair's own answer
 * certain for truth (the worst is then a two-way tie that truth wins).
 *
 * @param answers +1, -1, or 0 where open or without a network
 * @param open whether a 0 is an open answer; else it is an abstention
 */
export function worstBallot(
  answers: ArrayLike<number>,
  open: (pair: number) => boolean,
  classCount: number,
  truth: number,
  rule: VoteRule,
): Ballot {
  const nominal = Int8Array.from(answers);
  let ties = 0;
  let losing = false;
  for (let rival = 0; rival < classCount; rival++) {
    if (rival === truth) continue;
    const against = Int8Array.from(nominal, (answer, pair) => (answer === 0 && open(pair) ? 2 : answer));
    const lead = leadAtWorst(against, classCount, truth, rival);
    if (lead > 0) continue;
    ties++;
    const own = answers[pairIndex(Math.min(truth, rival), Math.max(truth, rival), classCount)];
    losing ||= lead < 0 || own !== (truth < rival ? 1 : -1);
    const ballot = vote(against, classCount, rule);
    if (outcomeCode(ballot, truth) > 1) return ballot;
  }
  const safe = !losing && ties <= 1;
  if (safe) return vote(completedFor(nominal, open, classCount, truth), classCount, rule);
  return { label: NO_LABEL, leaders: [truth] };
}

/**
 * Settles the open answers (marked 2) in place as they hurt truth most against this rival, and returns truth's lead in
 * votes over the rival. Open answers between two others are left as abstentions: they move neither count.
 */
function leadAtWorst(answers: Int8Array, classCount: number, truth: number, rival: number): number {
  let lead = 0;
  for (let p = 0, at = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, at++) {
      if (answers[at] === 2) {
        if (p === truth) answers[at] = -1;
        else if (q === truth) answers[at] = 1;
        else answers[at] = p === rival ? 1 : q === rival ? -1 : 0;
      }
      if (answers[at] === 0) continue;
      const winner = answers[at] > 0 ? p : q;
      if (winner === truth) lead++;
      else if (winner === rival) lead--;
    }
  }
  return lead;
}

/** A completion for the report of a safe vote: open answers of truth go against it, the others abstain. */
function completedFor(
  answers: Int8Array,
  open: (pair: number) => boolean,
  classCount: number,
  truth: number,
): Int8Array {
  const completed = answers.slice();
  for (let p = 0, at = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++, at++) {
      if (completed[at] !== 0 || !open(at)) continue;
      if (p === truth) completed[at] = -1;
      else if (q === truth) completed[at] = 1;
    }
  }
  return completed;
}
