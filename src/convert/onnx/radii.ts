import { ENUMERATED, UpperFunction } from '../../certify/upper.js';
import { FULL_RADIUS } from '../../ensemble/vote/margin.js';
import { InputError } from '../../errors.js';
import { biasesOf } from '../../network/links.js';
import type { Network } from '../../network/types.js';
import type { GraphBuilder } from './graph.js';
import type { Sums } from './networks.js';

/*
 * What an answer weighs in the vote by margins: its certified radius, `FULL_RADIUS` at most, and 1 more. Operators have no bisection, and need
 * none: a radius is at least r where the answer is certain with every first-layer neuron open that r can turn, and r is 1, 2 or 3.
 */

/** The weight of every answer, [batch, networks], as floats. Throws `InputError` for layers that no operator decides as the library does. */
export function certaintyNodes(graph: GraphBuilder, networks: readonly Network[], sums: Sums): string {
  const { layers } = networks[0];
  const scalar = (value: number): string => graph.constant('float', [], [value]);
  if (layers.length > 3 && layers[1] > ENUMERATED) {
    throw new InputError(
      `vote: margin with more than one hidden layer, the first of ${layers[1]} neurons (more than ${ENUMERATED}): to c and js only`,
    );
  }
  const norms = networks.flatMap(({ weights }) =>
    weights[0].map((row) => row.reduce((sum, w) => sum + Math.abs(w), 0)),
  );
  const isCertain = certain(graph, networks);
  let reached: string | undefined;
  for (let radius = 1; radius <= FULL_RADIUS; radius++) {
    const reach = (sign: 1 | -1): string =>
      graph.constant(
        sums.type,
        [norms.length],
        norms.map((norm) => sign * radius * norm + 0),
      );
    const isUp = graph.node('GreaterOrEqual', [sums.values, reach(1)]);
    const isDown = graph.node('Less', [sums.values, reach(-1)]);
    const low = graph.node('Where', [isDown, scalar(-1), scalar(0)]);
    const at = isCertain(graph.node('Where', [isUp, scalar(1), low]));
    reached = reached === undefined ? at : graph.node('Add', [reached, at]);
  }
  // What nothing turns knows nothing and weighs 1.
  const ends = networks.map((network) => (isEndless(network) ? 0 : 1));
  const radius = graph.node('Mul', [reached as string, graph.constant('float', [networks.length], ends)]);
  return graph.node('Add', [radius, scalar(1)]);
}

/** Whether no input turns the answer: it is certain with all neurons open that read anything. */
function isEndless(network: Network): boolean {
  const biases = biasesOf(network);
  const signs = network.weights[0].map((row, j) => (row.some((w) => w !== 0) ? 0 : biases[j] >= 0 ? 1 : -1));
  return new UpperFunction(network).over(Int8Array.from(signs), 0) !== 0;
}

/**
 * 1 where an answer is certain, else 0, from signs with 0 for open, [batch, networks * width] to [batch, networks]: as `UpperFunction` has it. One
 * neuron above decides on an interval; layers above are their table, over all patterns that the known signs leave.
 */
function certain(graph: GraphBuilder, networks: readonly Network[]): (signs: string) => string {
  const { layers } = networks[0];
  const count = networks.length;
  const width = layers[1];
  const axes = graph.constant('int64', [1], [2]);
  const sumOf = (values: string): string => graph.node('ReduceSum', [values, axes], { keepdims: 0 });
  if (layers.length === 2) return (signs) => graph.node('Abs', [signs]);
  const split = (signs: string): string =>
    graph.node('Reshape', [signs, graph.constant('int64', [3], [-1, count, width])]);
  if (layers.length === 3) {
    const above = networks.flatMap(({ weights }) => weights[1][0]);
    const row = (values: number[]): string => graph.constant('float', [count, width], values);
    const weights = row(above);
    const sizes = row(above.map(Math.abs));
    return (flat) => {
      const signs = split(flat);
      const sum = sumOf(graph.node('Mul', [signs, weights]));
      const isOpen = graph.node('Sub', [graph.constant('float', [], [1]), graph.node('Abs', [signs])]);
      const open = sumOf(graph.node('Mul', [isOpen, sizes]));
      const isUp = graph.node('GreaterOrEqual', [sum, open]);
      const isDown = graph.node('Less', [sum, graph.node('Neg', [open])]);
      return graph.cast(graph.node('Or', [isUp, isDown]), 'float');
    };
  }
  const size = 2 ** width;
  const patterns = new Int8Array(width * size);
  for (let j = 0; j < width; j++) {
    for (let bits = 0; bits < size; bits++) patterns[j * size + bits] = (bits >> j) & 1 ? 1 : -1;
  }
  const table = networks.flatMap((network) => {
    const upper = new UpperFunction(network);
    return Array.from({ length: size }, (_, bits) => upper.entryOf(bits));
  });
  const pattern = graph.cast(graph.constant('int8', [width, size], patterns), 'float');
  const answer = graph.cast(graph.constant('int8', [count, size], table), 'float');
  return (flat) => {
    const signs = split(flat);
    // A pattern is possible where it agrees with every known sign.
    const known = graph.node('ReduceSum', [graph.node('Abs', [signs]), axes], { keepdims: 1 });
    const isPossible = graph.cast(
      graph.node('Equal', [graph.node('MatMul', [signs, pattern]), known]),
      'float',
    );
    const side = graph.node('Abs', [sumOf(graph.node('Mul', [isPossible, answer]))]);
    return graph.cast(graph.node('Equal', [side, sumOf(isPossible)]), 'float');
  };
}
