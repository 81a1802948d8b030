import type { EnsembleModel } from '../../ensemble/model/model.js';
import { allPairs } from '../../ensemble/pair-order.js';
import { InputError } from '../../errors.js';
import { biasesOf } from '../../network/links.js';
import type { Network } from '../../network/types.js';
import { type GraphBuilder, weightType, wholeType } from './graph.js';

/** Whole numbers of this size and all below are floats; sums that stay below are exact in whatever order they are added up. */
const FLOAT_EXACT = 2 ** 24;
/** What any scaling delivers at most, contrast with its means. */
export const LARGEST_VALUE = 32767;

/** The networks that vote, with their pairs of classes. Throws `InputError` where there is none. */
export function presentNetworks(
  model: EnsembleModel,
): readonly { readonly network: Network; readonly pair: readonly [number, number] }[] {
  const order = allPairs(model.classes.length);
  const present = model.pairs.flatMap(({ network }, at) =>
    network === null ? [] : [{ network, pair: order[at] }],
  );
  if (present.length === 0) throw new InputError('onnx: the model has no network at all');
  return present;
}

/** The sums of all first layers, [batch, networks * width], one network after the other. */
export interface Sums {
  readonly values: string;
  readonly type: 'float' | 'double';
}

/** The sums of the first layers. */
export function sumNodes(
  graph: GraphBuilder,
  networks: readonly Network[],
  scaled: { readonly values: string; readonly type: 'float' | 'double' },
  largest: number,
): Sums {
  const { layers } = networks[0];
  const [inputs, width] = layers;
  const count = networks.length;
  const norm = networks.reduce(
    (most, { weights }) =>
      weights[0].reduce(
        (m, row) =>
          Math.max(
            m,
            row.reduce((sum, w) => sum + Math.abs(w), 0),
          ),
        most,
      ),
    0,
  );
  const biases = networks.flatMap(biasesOf);
  const offset = biases.reduce((most, bias) => Math.max(most, Math.abs(bias)), 0);
  const type = norm * largest + offset < FLOAT_EXACT ? 'float' : 'double';
  const values = scaled.type === type ? scaled.values : graph.cast(scaled.values, type);
  const first = new Int8Array(inputs * count * width);
  for (const [n, { weights }] of networks.entries()) {
    for (const [j, row] of weights[0].entries()) {
      for (let i = 0; i < inputs; i++) first[i * count * width + n * width + j] = row[i];
    }
  }
  const matrix = graph.cast(graph.constant('int8', [inputs, count * width], first), type);
  const product = graph.node('MatMul', [values, matrix]);
  const sums =
    offset === 0 ? product : graph.node('Add', [product, graph.constant(type, [count * width], biases)]);
  graph.annotate(values, wholeType(largest));
  graph.annotate(matrix, weightType(first));
  graph.annotate(sums, wholeType(norm * largest + offset));
  return { values: sums, type };
}

/** Answers +1 and -1 of all networks, [batch, networks]. */
export function answerNodes(graph: GraphBuilder, networks: readonly Network[], sums: Sums): string {
  const { layers } = networks[0];
  const width = layers[1];
  const count = networks.length;
  let signs = signNode(graph, sums.values, sums.type);
  if (layers.length === 2) return signs;
  const shaped = graph.node('Reshape', [signs, graph.constant('int64', [3], [-1, count, width])]);
  signs = graph.node('Transpose', [shaped], { perm: [1, 0, 2] });
  for (let l = 1; l + 1 < layers.length; l++) {
    const [from, to] = [layers[l], layers[l + 1]];
    const weights = new Int8Array(count * from * to);
    for (const [n, network] of networks.entries()) {
      for (const [j, row] of network.weights[l].entries()) {
        for (let i = 0; i < from; i++) weights[(n * from + i) * to + j] = row[i];
      }
    }
    const upper = graph.cast(graph.constant('int8', [count, from, to], weights), 'float');
    graph.annotate(upper, weightType(weights));
    signs = signNode(graph, graph.node('MatMul', [signs, upper]), 'float');
  }
  const back = graph.node('Transpose', [signs], { perm: [1, 0, 2] });
  return graph.node('Reshape', [back, graph.constant('int64', [2], [-1, count])]);
}

/** +1 from 0 on, else -1, as floats. */
function signNode(graph: GraphBuilder, sums: string, type: 'float' | 'double'): string {
  const isUp = graph.node('GreaterOrEqual', [sums, graph.constant(type, [], [0])]);
  const signs = graph.node('Where', [
    isUp,
    graph.constant('float', [], [1]),
    graph.constant('float', [], [-1]),
  ]);
  graph.annotate(signs, 'BIPOLAR');
  return signs;
}
