import type { Network } from '../../src/network/types.js';
import { rowReach, upperOutput } from '../../src/verify/robust.js';

/* What the tests of bounds given what rows rely on share: prime implicants, and all first layers of weights -1, 0 and 1. */

export type Answers = readonly (1 | -1 | 0)[];
export type Reaches = readonly (readonly [number, number])[];

const upper = ({ weights }: Network) => weights.slice(1);

/** Every completion of the open answers gets the label. */
export function allGive(network: Network, label: number, answers: Answers): boolean {
  const open = answers.indexOf(0);
  if (open < 0) return upperOutput(upper(network), answers) === label;
  return ([1, -1] as const).every((value) => allGive(network, label, answers.with(open, value)));
}

export const leastOf = (reaches: Reaches, answers: Answers): number => rowReach(reaches, [answers]);

/** The prime implicants that give the row its reach. */
export function attaining(reaches: Reaches, vectors: readonly Answers[]): Answers[] {
  const isPrime = (answers: Answers) =>
    !vectors.some(
      (other) => other !== answers && other.every((answer, j) => answer === 0 || answer === answers[j]),
    );
  const best = rowReach(reaches, vectors);
  return vectors.filter((answers) => isPrime(answers) && leastOf(reaches, answers) === best);
}

export function* firstLayers(inputs: number, neurons: number): Generator<number[][]> {
  const all = 3 ** (inputs * neurons);
  for (let n = 0; n < all; n++) {
    let rest = n;
    yield Array.from({ length: neurons }, () =>
      Array.from({ length: inputs }, () => {
        const weight = (rest % 3) - 1;
        rest = Math.floor(rest / 3);
        return weight;
      }),
    );
  }
}
