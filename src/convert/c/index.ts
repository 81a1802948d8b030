import type { EnsembleModel } from '../../ensemble/model/model.js';
import { EnsembleClassifier } from '../../ensemble/predict/classifier.js';
import { answerOf, type Golden } from '../answers.js';
import { exampleRows, rawRow } from '../examples.js';
import { type Front, modelFront } from '../front.js';
import { type Plan, planModel } from '../plan.js';
import { checkDecimals } from '../steps.js';
import type { ConvertedFile, ConvertOptions } from '../types.js';
import { headerText, type Measured } from './header.js';
import { checkName } from './names.js';
import { packageFiles } from './package.js';
import { selftestText } from './selftest.js';
import { sourceText } from './source.js';
import { chooseStream, type Stream } from './stream.js';

export type { Measured } from './header.js';

/** A model as C sources. `files` is asked once more when a compiler has measured them: only the header's comment changes. */
export interface CTarget {
  readonly name: string;
  readonly plan: Plan;
  readonly stream: Stream;
  readonly front: Front;
  files(measured?: readonly Measured[]): ConvertedFile[];
}

const GOLDEN_ROWS = 12;

/** Converts a model to C. Throws `InputError` for a name or decimals that cannot be. */
export function toC(model: EnsembleModel, options: ConvertOptions = {}): CTarget {
  const name = checkName(options.name ?? 'model');
  const decimals = options.decimals === undefined ? undefined : checkDecimals(options.decimals);
  const front = modelFront(model, decimals);
  const vote = options.vote ?? 'paper';
  const certify = options.radius ?? false;
  const plan = planModel(model, { vote, certify, radius: certify || vote === 'margin', front });
  const stream = chooseStream(plan, options.optimise ?? 'size');
  const golden = goldenRows(model, plan);
  const source = sourceText(plan, stream, name);
  const test = selftestText(plan, golden, name);
  return {
    ...{ name, plan, stream, front },
    files: (measured = []) => [
      {
        path: `${name}.h`,
        content: headerText(plan, stream, { name, columns: model.columns, image: model.image }, measured),
      },
      { path: `${name}.c`, content: source },
      { path: `${name}_test.c`, content: test },
      ...packageFiles(name, model.classes.length),
    ],
  };
}

/** Rows with the answers of the library. */
function goldenRows(model: EnsembleModel, plan: Plan): Golden[] {
  const judge = new EnsembleClassifier(model);
  const { front, vote } = plan;
  return exampleRows(front, model.scaling, GOLDEN_ROWS).map((row) =>
    answerOf(judge, row, rawRow(front, row), vote),
  );
}
