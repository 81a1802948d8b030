import { featuresToDocument } from '../../ensemble/model/features-field.js';
import { type EnsembleModel, valuesOfSample } from '../../ensemble/model/model.js';
import { encodeWeights } from '../../ensemble/model/weights-text.js';
import { biasesOf } from '../../network/links.js';
import { printableJson } from '../../printable.js';
import { VERSION } from '../../version.js';
import { checkName } from '../c/names.js';
import type { ConvertedFile, ConvertOptions } from '../types.js';
import { ENCODING_RUNTIME } from './encoding.js';
import { FEATURES_RUNTIME } from './features.js';
import { CERTIFY_RUNTIME, RUNTIME } from './runtime.js';

/**
 * A model as one ES module without dependencies, and the same for `importScripts` and plain script elements, where NAME is a global
 * object. Throws `InputError` for a name that is no identifier.
 */
export function toJs(model: EnsembleModel, options: ConvertOptions = {}): ConvertedFile[] {
  const name = checkName(options.name ?? 'model');
  const radius = options.radius ?? false;
  const vote = options.vote ?? 'paper';
  const { classes, layers, scaling, columns, features, image, encoding } = model;
  const data = {
    classes,
    ...(columns === undefined ? {} : { columns }),
    inputs: valuesOfSample(model),
    layers,
    scaling,
    ...(encoding === undefined ? {} : { encoding }),
    ...(features === undefined ? {} : { image, features: featuresToDocument(features) }),
    vote,
    networks: model.pairs.map(({ network }) =>
      network === null ? null : network.weights.map((layer) => layer.map(encodeWeights)),
    ),
    ...(model.pairs.some(({ network }) => network?.biases !== undefined)
      ? { biases: model.pairs.flatMap(({ network }) => (network === null ? [] : biasesOf(network))) }
      : {}),
  };
  const names = ['predict', 'votes', 'classes', 'inputs', ...(radius ? ['certify'] : [])];
  // JSON is JavaScript; what would act on a reader of the file is written as escapes, which are the same text.
  const text = `const model = ${printableJson(JSON.stringify(data))};\n${RUNTIME}${features === undefined ? '' : FEATURES_RUNTIME}${encoding === undefined ? '' : ENCODING_RUNTIME}${radius || vote === 'margin' ? `\n${CERTIFY_RUNTIME}` : ''}\n`;
  const about = `// ${name}: a few-bit classifier of ${classes.length} classes, made by fewbit ${VERSION}. predict(row) is the name of a class or null.\n`;
  return [
    { path: `${name}.mjs`, content: `${about}${text}export { ${names.join(', ')} };\n` },
    {
      path: `${name}.js`,
      content: `${about}// For importScripts and script elements: the global ${name} has ${names.join(', ')}.\nvar ${name} = (function () {\n'use strict';\n${text}return { ${names.join(', ')} };\n})();\n`,
    },
    {
      path: `${name}.d.mts`,
      content: types(
        radius,
        encoding === undefined ? 'ArrayLike<number>' : 'ArrayLike<number | string | null>',
      ),
    },
  ];
}

function types(radius: boolean, row: string): string {
  return `/** The name of the class of a row, null for no label. */
export function predict(row: ${row}): string | null;
/** How many networks vote for each class. */
export function votes(row: ${row}): number[];
/** The names of the classes, in the order of the votes. */
export const classes: readonly string[];
/** Fields of a row. */
export const inputs: number;
${radius ? '/** The label, and how far it provably holds. */\nexport function certify(row: ROW): { label: string | null; radius: number | null };\n' : ''}`.replace(
    'ROW',
    row,
  );
}
