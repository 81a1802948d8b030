import { encodeRows, inputNames } from '../../data/encoding.js';
import { applyScaling } from '../../data/scaling.js';
import { featuresToDocument } from '../../ensemble/model/features-field.js';
import type { EnsembleModel } from '../../ensemble/model/model.js';
import { FeatureReader } from '../../features/index.js';
import { VERSION } from '../../version.js';
import { checkName } from '../c/names.js';
import type { ConvertedFile, ConvertOptions } from '../types.js';
import { GraphBuilder } from './graph.js';
import { answerNodes, LARGEST_VALUE, presentNetworks, sumNodes } from './networks.js';
import { certaintyNodes } from './radii.js';
import { scalingNodes } from './scaling.js';
import { labelNode, voteNodes } from './vote.js';

/** Features are 0..255, less a mean of 0..255. */
const LARGEST_FEATURE = 255;

/**
 * A model in ONNX, standard operators only: input `x` [batch, inputs] of floats, outputs `label` [batch] (the class, -1 for none) and
 * `votes` [batch, classes]. Whole numbers are floats where no sum can reach 2^24, doubles otherwise: exact either way.
 *
 * Of a model on features of images, `x` is the features: moments need more whole numbers than operators have. Of one with an encoding it is
 * the encoded row: texts are no floats. The metadata say so.
 *
 * Throws `InputError` for a model without any network, and for a vote by margins that operators cannot weigh.
 */
export function toOnnx(model: EnsembleModel, options: ConvertOptions = {}): ConvertedFile[] {
  const name = checkName(options.name ?? 'model');
  const { classes, layers, scaling, features, encoding } = model;
  const inputs = layers[0];
  const vote = options.vote ?? 'paper';
  const present = presentNetworks(model);
  const networks = present.map(({ network }) => network);
  const graph = new GraphBuilder(options.qonnx);
  const x = graph.input('x', 'float', ['batch', inputs]);
  const sums = sumNodes(
    graph,
    networks,
    features === undefined && encoding === undefined
      ? scalingNodes(graph, scaling, x, inputs)
      : { values: x, type: 'float' },
    features === undefined ? LARGEST_VALUE : LARGEST_FEATURE,
  );
  const answers = answerNodes(graph, networks, sums);
  const { votes, leaders } = voteNodes(graph, {
    answers,
    ...(vote === 'margin' ? { weights: certaintyNodes(graph, networks, sums) } : {}),
    pairs: present.map(({ pair }) => pair),
    classCount: classes.length,
    vote,
  });
  graph.cast(votes, 'int32', 'votes');
  labelNode(graph, leaders);
  graph.output('label', 'int64', ['batch']);
  graph.output('votes', 'int32', ['batch', classes.length]);
  const metadata = {
    classes: JSON.stringify(classes),
    vote,
    scaling: encoding === undefined ? scaling.kind : 'encoded',
    input:
      encoding !== undefined
        ? 'the inputs that the encoding makes of a row, see docs/formats.md of fewbit'
        : features === undefined
          ? 'raw values'
          : 'features of the image, see docs/features.md of fewbit',
    ...(encoding === undefined
      ? {}
      : {
          encoding: JSON.stringify(encoding),
          inputs: JSON.stringify(inputNames(encoding, model.columns ?? [])),
        }),
    ...(features === undefined ? {} : { features: JSON.stringify(featuresToDocument(features)) }),
    ...(model.columns === undefined ? {} : { columns: JSON.stringify(model.columns) }),
    ...(model.image === undefined ? {} : { image: `${model.image.width}x${model.image.height}` }),
  };
  return [{ path: `${name}.onnx`, content: graph.finish(name, VERSION, metadata) }];
}

/** What goes into `x` for a row of the data. */
export function onnxRows(model: EnsembleModel): (row: ArrayLike<number>) => ArrayLike<number> {
  const { features, image, scaling, layers, encoding } = model;
  if (encoding !== undefined) return (row) => encodeRows(encoding, row, 1);
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
