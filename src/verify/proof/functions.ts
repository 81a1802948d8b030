import type { TrainingProblem } from '../../problem/types.js';
import { forEachVector } from '../vectors.js';
import { threshold } from './setting.js';

/*
 * What the layers above the first can make of the first layer's activations, as functions: with n1 neurons there are 2^n1
 * activation vectors, so a sign for each of them is a bit mask, and a confident answer is two masks (where it is +1, where
 * it is -1). Many weights make the same function, and a function is not needed where another is confident wherever it is.
 */

/** Neurons of the first layer at most: 32 activation vectors fit a mask. */
export const MAX_NEURONS = 5;
/** Sums looked at, at most; some ten seconds. */
const MAX_SUMS = 2 ** 32;

/** Bit c of `plus` (`minus`): activation vector c is answered +1 (-1) confidently. Bit j of c: neuron j is at +1. */
export interface Answer {
  readonly plus: number;
  readonly minus: number;
}

/** The confident answers that no other one includes, up to exchanges of first-layer neurons; `null` where there are too many to look at. */
export function confidentAnswers(problem: TrainingProblem): Answer[] | null {
  const sizes = problem.layers.slice(1);
  const P = problem.weightBound;
  if (sizes[0] > MAX_NEURONS) return null;
  const vectors = 2 ** sizes[0];
  const budget = { left: MAX_SUMS };
  const inputs = Array.from({ length: sizes[0] }, (_, j) => {
    let mask = 0;
    for (let c = 0; c < vectors; c++) mask |= ((c >> j) & 1) << c;
    return mask;
  });
  const confident = threshold(problem);
  const found = new Map<string, Answer>();
  const answer = (layer: readonly number[]): boolean =>
    eachNeuron(layer, vectors, P, budget, (sums) => {
      let plus = 0;
      let minus = 0;
      for (let c = 0; c < vectors; c++) {
        if (sums[c] >= confident) plus |= 1 << c;
        if (sums[c] <= -confident) minus |= 1 << c;
      }
      found.set(`${plus},${minus}`, { plus, minus });
    });
  /** Tries all layers from `l` on, given what its inputs are as functions. */
  const descend = (l: number, layer: readonly number[]): boolean => {
    if (l === sizes.length - 1) return answer(layer);
    const neurons = new Set<number>();
    const complete = eachNeuron(layer, vectors, P, budget, (sums) => {
      let mask = 0;
      for (let c = 0; c < vectors; c++) if (sums[c] >= 0) mask |= 1 << c;
      neurons.add(mask);
    });
    return complete && eachMultiset([...neurons], sizes[l], (tuple) => descend(l + 1, tuple));
  };
  return descend(1, inputs) ? largest([...found.values()], sizes[0]) : null;
}

/** All weight vectors on inputs that are functions themselves; `visit` gets the sum for every activation vector. */
function eachNeuron(
  inputs: readonly number[],
  vectors: number,
  P: number,
  budget: { left: number },
  visit: (sums: Int32Array) => void,
): boolean {
  budget.left -= vectors * (2 * P + 1) ** inputs.length;
  if (budget.left < 0) return false;
  const columns = inputs.map((mask) =>
    Int8Array.from({ length: vectors }, (_, c) => ((mask >> c) & 1 ? 1 : -1)),
  );
  forEachVector(columns, vectors, P, (_weights, sums) => visit(sums));
  return true;
}

/** All choices of `size` with repetition, without order; false as soon as `visit` says so. */
function eachMultiset(
  from: readonly number[],
  size: number,
  visit: (tuple: readonly number[]) => boolean,
): boolean {
  const tuple: number[] = [];
  const choose = (first: number): boolean => {
    if (tuple.length === size) return visit(tuple);
    for (let n = first; n < from.length; n++) {
      tuple.push(from[n]);
      const goOn = choose(n);
      tuple.pop();
      if (!goOn) return false;
    }
    return true;
  };
  return choose(0);
}

/**
 * One answer of every class under exchanges of neurons, the neurons that matter most first (a search that goes through
 * the neurons in order then ends its branches early); none that is included in another, however exchanged.
 */
function largest(answers: readonly Answer[], neurons: number): Answer[] {
  const orders = permutations(neurons);
  const kept = new Map<string, Answer>();
  for (const answer of answers) {
    const byInfluence = Array.from({ length: neurons }, (_, j) => j).sort(
      (a, b) => influence(answer, neurons, b) - influence(answer, neurons, a),
    );
    const sorted = permuted(answer, byInfluence);
    const variants = orders.map((order) => permuted(sorted, order));
    if (!variants.some(({ plus, minus }) => kept.has(`${plus},${minus}`))) {
      kept.set(`${sorted.plus},${sorted.minus}`, sorted);
    }
  }
  const classes = [...kept.values()].map((answer) => orders.map((order) => permuted(answer, order)));
  const includes = (a: Answer, b: Answer) => (b.plus & ~a.plus) === 0 && (b.minus & ~a.minus) === 0;
  return [...kept.values()].filter(
    (one, n) => !classes.some((variants, m) => m !== n && variants.some((other) => includes(other, one))),
  );
}

/** For how many activation vectors the answer changes with neuron j. */
function influence({ plus, minus }: Answer, neurons: number, j: number): number {
  let count = 0;
  for (let c = 0; c < 2 ** neurons; c++) {
    const other = c ^ (1 << j);
    if ((((plus >> c) ^ (plus >> other)) | ((minus >> c) ^ (minus >> other))) & 1) count++;
  }
  return count;
}

/** The answer of a first layer in which neuron `order[j]` stands at place j. */
function permuted({ plus, minus }: Answer, order: readonly number[]): Answer {
  let newPlus = 0;
  let newMinus = 0;
  for (let c = 0; c < 2 ** order.length; c++) {
    let to = 0;
    for (let j = 0; j < order.length; j++) to |= ((c >> order[j]) & 1) << j;
    newPlus |= ((plus >> c) & 1) << to;
    newMinus |= ((minus >> c) & 1) << to;
  }
  return { plus: newPlus, minus: newMinus };
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => [...order.slice(0, at), size - 1, ...order.slice(at)]),
  );
}
