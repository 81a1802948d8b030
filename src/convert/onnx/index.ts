import { applyScaling } from '../../data/scaling.js';
import { featuresToDocument } from '../../ensemble/model/features-field.js';
import type { EnsembleModel } from '../../ensemble/model/model.js';
import { allPairs } from '../../ensemble/pair-order.js';
import type { CountingRule } from '../../ensemble/types.js';
import { InputError } from '../../errors.js';
import { FeatureReader } from '../../features/index.js';
import type { Network } from '../../network/types.js';
import { VERSION } from '../../version.js';
import { checkName } from '../c/names.js';
import { refuseEncoding } from '../front.js';
import { type ConvertedFile, type ConvertOptions, countingRule } from '../types.js';
import { GraphBuilder } from './graph.js';
import { scalingNodes } from './scaling.js';

/** Whole numbers of this size and all below are floats; sums that stay below are exact in whatever order they are added up. */
const FLOAT_EXACT = 2 ** 24;
/** What any scaling delivers at most, contrast with its means. */
const LARGEST_VALUE = 32767;
/** Features are 0..255, less a mean of 0..255. */
const LARGEST_FEATURE = 255;

/**
 * A model in ONNX, standard operators only: input `x` [batch, inputs] of floats, outputs `label` [batch] (the class, -1 for none) and
 * `votes` [batch, classes]. Whole numbers are floats where no sum can reach 2^24, doubles otherwise: exact either way.
 *
 * Of a model on features of images, `x` is the features: moments need more whole numbers than operators have. The metadata say so.
 *
 * Throws `InputError` for a model without any network.
 */
export function toOnnx(model: EnsembleModel, options: ConvertOptions = {}): ConvertedFile[] {
  refuseEncoding(model);
  const name = checkName(options.name ?? 'model');
  const { classes, layers, scaling, features } = model;
  const inputs = layers[0];
  const vote = countingRule(options.vote);
  const networks = model.pairs.flatMap(({ network }, pair) => (network === null ? [] : [{ network, pair }]));
  if (networks.length === 0) throw new InputError('onnx: the model has no network at all');
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float', ['batch', inputs]);
  const answers = networkNodes(
    graph,
    networks.map(({ network }) => network),
    features === undefined ? scalingNodes(graph, scaling, x, inputs) : { values: x, type: 'float' },
    features === undefined ? LARGEST_VALUE : LARGEST_FEATURE,
  );
  const order = allPairs(classes.length);
  voteNodes(
    graph,
    answers,
    networks.map(({ pair }) => order[pair]),
    classes.length,
    vote,
  );
  graph.output('label', 'int64', ['batch']);
  graph.output('votes', 'int32', ['batch', classes.length]);
  const metadata = {
    classes: JSON.stringify(classes),
    vote,
    scaling: scaling.kind,
    input: features === undefined ? 'raw values' : 'features of the image, see docs/features.md of fewbit',
    ...(features === undefined ? {} : { features: JSON.stringify(featuresToDocument(features)) }),
    ...(model.columns === undefined ? {} : { columns: JSON.stringify(model.columns) }),
    ...(model.image === undefined ? {} : { image: `${model.image.width}x${model.image.height}` }),
  };
  return [{ path: `${name}.onnx`, content: graph.finish(name, VERSION, metadata) }];
}

/** What goes into `x` for a row of the data. */
export function onnxRows(model: EnsembleModel): (row: ArrayLike<number>) => ArrayLike<number> {
  const { features, image, scaling, layers } = model;
  if (features === undefined || image === undefined) return (row) => row;
  const reader = new FeatureReader(features, image);
  return (row) => {
    const whole = new Int32Array(row.length);
    applyScaling(scaling, row, whole);
    const out = new Int32Array(layers[0]);
    reader.read(whole, out);
    return out;
  };
}

/** Answers +1 and -1 of all networks, [batch, networks]. */
function networkNodes(
  graph: GraphBuilder,
  networks: readonly Network[],
  scaled: { readonly values: string; readonly type: 'float' | 'double' },
  largest: number,
): string {
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
  const type = norm * largest < FLOAT_EXACT ? 'float' : 'double';
  const values = scaled.type === type ? scaled.values : graph.cast(scaled.values, type);
  const first = new Int8Array(inputs * count * width);
  for (const [n, { weights }] of networks.entries()) {
    for (const [j, row] of weights[0].entries()) {
      for (let i = 0; i < inputs; i++) first[i * count * width + n * width + j] = row[i];
    }
  }
  const matrix = graph.cast(graph.constant('int8', [inputs, count * width], first), type);
  let signs = signNode(graph, graph.node('MatMul', [values, matrix]), type);
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
    signs = signNode(graph, graph.node('MatMul', [signs, upper]), 'float');
  }
  const back = graph.node('Transpose', [signs], { perm: [1, 0, 2] });
  return graph.node('Reshape', [back, graph.constant('int64', [2], [-1, count])]);
}

/** +1 from 0 on, else -1, as floats. */
function signNode(graph: GraphBuilder, sums: string, type: 'float' | 'double'): string {
  const isUp = graph.node('GreaterOrEqual', [sums, graph.constant(type, [], [0])]);
  return graph.node('Where', [isUp, graph.constant('float', [], [1]), graph.constant('float', [], [-1])]);
}

/**
 * Votes and label. A round looks at a set of leaders (1 or 0 a class), counts the networks between two of them, and keeps those with the
 * most: with two leaders that is their own network, with one nothing changes. So the recursive rule is the round until nothing can
 * change any more, and the paper's one round where exactly two lead.
 */
function voteNodes(
  graph: GraphBuilder,
  answers: string,
  pairs: readonly (readonly [number, number])[],
  classCount: number,
  vote: CountingRule,
): void {
  const sides = new Int8Array(pairs.length * classCount);
  const members = new Int8Array(pairs.length * classCount);
  for (const [n, [p, q]] of pairs.entries()) {
    sides[n * classCount + p] = 1;
    sides[n * classCount + q] = -1;
    members[n * classCount + p] = members[n * classCount + q] = 1;
  }
  const matrix = (values: Int8Array): string =>
    graph.cast(graph.constant('int8', [pairs.length, classCount], values), 'float');
  const [side, member] = [matrix(sides), matrix(members)];
  const half = graph.constant('float', [], [0.5]);
  const one = graph.constant('float', [], [1]);
  const axis = graph.constant('int64', [1], [1]);
  const index = (which: 0 | 1): string =>
    graph.constant(
      'int64',
      [pairs.length],
      pairs.map((pair) => pair[which]),
    );
  const [firsts, seconds] = [index(0), index(1)];
  const networksOf = Array.from(
    { length: classCount },
    (_, c) => pairs.filter((pair) => pair.includes(c)).length,
  );
  const all = graph.constant('float', [classCount], networksOf);
  const votes = graph.node('Mul', [graph.node('Add', [graph.node('MatMul', [answers, side]), all]), half]);
  graph.cast(votes, 'int32', 'votes');
  const mostOf = (scores: string): string => {
    const most = graph.node('ReduceMax', [scores], { axes: [1], keepdims: 1 });
    return graph.cast(graph.node('Equal', [scores, most]), 'float');
  };
  const sizeOf = (leaders: string, keep: 0 | 1): string =>
    graph.node('ReduceSum', [leaders, axis], { keepdims: keep });
  const round = (leaders: string): string => {
    const both = graph.node('Mul', [
      graph.node('Gather', [leaders, firsts], { axis: 1 }),
      graph.node('Gather', [leaders, seconds], { axis: 1 }),
    ]);
    const won = graph.node('MatMul', [graph.node('Mul', [answers, both]), side]);
    const held = graph.node('MatMul', [both, member]);
    const among = graph.node('Mul', [graph.node('Add', [won, held]), half]);
    // Who does not lead is below all who do.
    return mostOf(graph.node('Sub', [graph.node('Add', [among, leaders]), one]));
  };
  let leaders = mostOf(votes);
  if (vote === 'paper') {
    const isTie = graph.node('Equal', [sizeOf(leaders, 1), graph.constant('float', [], [2])]);
    leaders = graph.node('Where', [isTie, round(leaders), leaders]);
  } else {
    // Every round that changes something takes a class away.
    for (let k = 1; k < classCount; k++) leaders = round(leaders);
  }
  const isOne = graph.node('Equal', [sizeOf(leaders, 0), one]);
  const best = graph.node('ArgMax', [leaders], { axis: 1, keepdims: 0 });
  graph.node('Where', [isOne, best, graph.constant('int64', [], [-1])], {}, 'label');
}
