import { forcingVectors, upperOutput } from '../robust.js';

/*
 * The functions that upper layers compute of the first layer's answers. Only they count for what is certified, so of all
 * upper weights with one function the sparsest is kept.
 */

/** A function of the first layer's answers and the sparsest upper layers that compute it. */
export interface UpperFunction {
  readonly layers: readonly (readonly (readonly number[])[])[];
  readonly nonzeros: number;
  /** The fewest literals (+, -, 0: open) that force + and -: no literal can be left out. */
  readonly plus: readonly (readonly (1 | -1 | 0)[])[];
  readonly minus: readonly (readonly (1 | -1 | 0)[])[];
}

/** What has been listed last, by layers and weight bound: an oracle is asked about many problems of the same shape. */
const listed = new Map<string, readonly UpperFunction[]>();
const MOST_LISTED = 256;

/**
 * @param sizes the first hidden layer and what is above it; one size alone is an output of its own
 * @param allow is told how many upper weights there are to look at, and throws where that is too much
 */
export function upperFunctions(
  sizes: readonly number[],
  bound: number,
  allow: (size: number) => void,
): readonly UpperFunction[] {
  if (sizes.length === 1) return [{ layers: [], nonzeros: 0, ...forcing([-1, 1]) }];
  const total = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0);
  allow((2 * bound + 1) ** total);
  const key = `${sizes.join()};${bound}`;
  let functions = listed.get(key);
  if (functions === undefined) {
    functions = listFunctions(sizes, bound, total);
    for (const oldest of [...listed.keys()].slice(0, listed.size + 1 - MOST_LISTED)) listed.delete(oldest);
    listed.set(key, functions);
  }
  return functions;
}

function listFunctions(sizes: readonly number[], bound: number, total: number): UpperFunction[] {
  const answers = Array.from({ length: 2 ** sizes[0] }, (_, answer) =>
    Array.from({ length: sizes[0] }, (_, j) => ((answer >> j) % 2 === 1 ? 1 : -1)),
  );
  const sparsest = new Map<string, { outputs: number[]; digits: readonly number[]; nonzeros: number }>();
  const digits = new Array<number>(total).fill(-bound);
  for (;;) {
    const layers = split(digits, sizes);
    const outputs = answers.map((answer) => upperOutput(layers, answer));
    const nonzeros = digits.filter((w) => w !== 0).length;
    const known = sparsest.get(outputs.join());
    if (known === undefined || known.nonzeros > nonzeros) {
      sparsest.set(outputs.join(), { outputs, digits: [...digits], nonzeros });
    }
    let at = 0;
    while (at < total && digits[at] === bound) digits[at++] = -bound;
    if (at === total) break;
    digits[at]++;
  }
  return [...sparsest.values()].map((one) => ({
    layers: split(one.digits, sizes),
    nonzeros: one.nonzeros,
    ...forcing(one.outputs),
  }));
}

/** Weights in a row as layers of neurons. */
function split(digits: readonly number[], sizes: readonly number[]): number[][][] {
  let next = 0;
  return sizes.slice(1).map((size, l) =>
    Array.from({ length: size }, () => {
      next += sizes[l];
      return digits.slice(next - sizes[l], next);
    }),
  );
}

/**
 * The literals that force each label, by what all full answers agreeing with them give.
 *
 * @param outputs by answer; bit j set: neuron j is +1
 */
function forcing(outputs: readonly number[]): Pick<UpperFunction, 'plus' | 'minus'> {
  const allGive = (label: number, literals: readonly (1 | -1 | 0)[]): boolean =>
    outputs.every(
      (output, answer) =>
        output === label ||
        literals.some((side, j) => side !== 0 && side !== ((answer >> j) % 2 === 1 ? 1 : -1)),
    );
  const width = Math.log2(outputs.length);
  const fewest = (label: number) =>
    forcingVectors(width, label, allGive).filter((literals) =>
      literals.every((side, j) => side === 0 || !allGive(label, literals.with(j, 0))),
    );
  return { plus: fewest(1), minus: fewest(-1) };
}
