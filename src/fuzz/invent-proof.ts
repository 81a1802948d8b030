import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Draws } from '../testing/draws.js';
import { headOf, type ProofCase, type StatedClaim } from './proof-case.js';

/*
 * Proofs that nobody derived: records at random, or the most that a patient liar gets the verifier to take. The latter
 * keeps every record that is not refused and looks for the next one, so that it gets deep into trees that close one after the
 * other, up to the node that no record closes if the claim is false.
 */

const METHODS = ['tree', 'tree', 'tree', 'tree', 'trivial', 'enumerate', 'interval', 'matching', 'rows'];

/** Records of an invented block at most. */
const MOST_RECORDS = 40;
/** Records that are tried for one place. */
const TRIES = 6;

/** @param accepts whether the verifier has taken all of these lines and waits for more */
export function inventedBlock(
  draws: Draws,
  one: ProofCase,
  claim: StatedClaim,
  accepts: (lines: readonly string[]) => boolean,
): string[] {
  const head = [...headOf(one), `claim ${claim}`];
  if (draws.once(3)) {
    const records = draws.list(draws.int(0, MOST_RECORDS), () => randomRecord(draws, one.problem));
    return [...head, `method ${draws.pick(METHODS)}`, ...records, ...(draws.once(10) ? [] : ['end'])];
  }
  const isMatching = one.stage === 'sm' && isRobust(one.problem) && draws.once(2);
  const isRows = one.stage === 'sm' && !isRobust(one.problem) && one.problem.layers.length === 2;
  const block = [...head, `method ${isMatching ? 'matching' : isRows ? 'rows' : 'tree'}`];
  if (!accepts(block)) return [...block, 'end'];
  while (block.length < MOST_RECORDS) {
    const tried = draws.list(TRIES, () => randomRecord(draws, one.problem));
    // What ends a node first: a liar is in a hurry.
    const next = ['l', 'x', 'd', ...tried].find((record) => accepts([...block, record]));
    if (next === undefined) break;
    block.push(next);
  }
  return [...block, 'end'];
}

/** A record that is mostly well formed, and mostly about what there is. */
function randomRecord(draws: Draws, { layers, sampleCount, weightBound }: TrainingProblem): string {
  const neuron = () => draws.int(0, Math.max(0, layers[1] - 1) + (draws.once(30) ? 1 : 0));
  const row = () => draws.int(0, sampleCount - 1 + (draws.once(30) ? 1 : 0));
  const factor = () => (draws.once(3) ? draws.int(1, 40) : 1).toString(36);
  const rows = () => {
    const some = new Set(draws.list(draws.int(1, 3), row));
    return [...some].map((k) => `${k}:${factor()}`).join(' ');
  };
  switch (draws.pick([...'mmmMMMaaaiffwwbpprsstuclxkkkddggss'])) {
    case 'a':
      return `a ${neuron()} ${draws.int(1, draws.once(2) ? 1 : 40).toString(36)} ${rows()}`;
    case 'm':
      return `m ${neuron()} ${rows()}`;
    case 'M':
      return `m ${neuron()} ${draws.int(1, 400).toString(36)} ${rows()}`;
    case 'i':
      return `i ${neuron()} ${rows()}`;
    case 'f':
      return `f ${neuron()}`;
    case 'w':
      return `w ${neuron()} ${draws.int(0, layers[0] - 1)} ${draws.int(-weightBound, weightBound - 1)}`;
    case 'b':
      return `b ${neuron()} ${draws.int(-3, draws.once(2) ? 9 : 900)}`;
    case 'p':
      return `p ${row()} ${row()}`;
    case 'g': {
      const cells = 2 ** (2 ** Math.min(3, layers[1])) - 1;
      const mask = () => (draws.once(3) ? draws.int(0, cells) : cells);
      return `g ${draws.list(draws.int(1, 3), () => `${mask()} ${mask()} ${draws.int(0, draws.once(2) ? 9 : 900)}`).join(' ')}`;
    }
    case 'k':
      return `k ${rows()}`;
    case 'd':
      return `d ${[...new Set(draws.list(draws.int(0, 3), () => draws.int(0, 4)))].map((c) => `${c}:${factor()}`).join(' ')}`;
    case 'r':
      return `r ${neuron()} ${row()}`;
    case 's':
      return `s ${neuron()} ${row()}`;
    case 't':
      return `t ${neuron()}`;
    case 'u':
      return 'u';
    case 'c':
      return `c ${row()} ${row()}`;
    case 'l':
      return 'l';
    default:
      return 'x';
  }
}
