import type { Calibration } from '../ensemble/predict/explain.js';
import type { ScalingSummary, TrainingConfig } from '../ensemble/types.js';
import { quoted } from '../printable.js';
import { formatCount } from './numbers.js';

/** Columns named one by one. */
const MOST_NAMED = 4;

/** Which scaling it is, and what it does: a line of a summary. */
export function describeScaling({ mode, kind, factor, end = 127, mixed }: ScalingSummary): string {
  const words: Readonly<Record<ScalingSummary['kind'], string>> = {
    identity: 'none: whole numbers are read as they are',
    factor: `one factor for all columns: times ${factor}, rounded`,
    centred: `range: each column from its least to its largest value in training to -${end}..${end}, rounded`,
    quantile: "quantile: each column's order in training to -127..127",
    encoded: 'every column for itself',
    contrast: 'contrast: square roots less half the mean root of each pixel',
  };
  const chosen = mode === 'auto' && kind !== 'contrast' ? ' (chosen by auto)' : '';
  const hint =
    mixed === undefined ? '' : '; the columns do not look like one unit: --scaling range centres each';
  return `${words[kind]}${chosen}${hint}`;
}

/** Where different values have become equal; `undefined`: nowhere. */
export function describeMerged({ merged }: ScalingSummary): string | undefined {
  if (merged.length === 0) return undefined;
  const named = merged
    .slice(0, MOST_NAMED)
    .map(
      ({ column, name, values, integers }) =>
        `column ${name === undefined ? column : quoted(name)}: ${values} become ${integers}`,
    );
  const more = merged.length - named.length;
  return `the scaling makes different values equal (${named.join(', ')}${more > 0 ? `, and ${more} columns more` : ''})`;
}

/** Where the probabilities of a calibrated model come from. */
export function describeCalibration(calibration: Calibration): string {
  const { folds } = calibration;
  const [shape, rows] =
    calibration.kind === 'platt'
      ? ['a logistic curve', calibration.rows]
      : [
          `${calibration.steps.length} ${calibration.steps.length === 1 ? 'step' : 'steps'}`,
          calibration.steps.reduce((sum, step) => sum + step.rows, 0),
        ];
  return `${calibration.kind}: ${shape}, of ${formatCount(rows)} rows that ${folds} more trainings held out`;
}

/** What else decided the result and was not necessarily asked for: name and words. */
export function describeSettings(training: TrainingConfig): [string, string][] {
  const facts: [string, string][] = [];
  const { confidence, hidden, stages, objective, perturb, fineness } = training;
  if (training.features !== undefined) {
    facts.push(['features', `${training.features}; not the paper's architecture, which reads pixels`]);
  }
  if (training.bias === true)
    facts.push(['bias', 'every neuron of the first layer adds a number of its own']);
  facts.push(...describeConstraints(training));
  if (training.soft !== undefined && training.bias === true) {
    facts.push(['soft margins', `${short(training.soft)} of the mean reach is wanted of every row`]);
  }
  if (confidence !== undefined && stages.includes('sm')) {
    const why =
      hidden.length === 0 && confidence === 1 ? '; a single neuron is asked for the right answer' : '';
    facts.push(['confidence', `${confidence}${why}`]);
  }
  if (objective === 'robust') {
    const all = [describeRadius(perturb, fineness), ...describeMotions(perturb)].join(', ');
    facts.push(['perturbations', movesNothing(perturb) ? 'none: the rows as they are' : all]);
  }
  return facts;
}

function describeRadius({ linf, sd, columns }: TrainingConfig['perturb'], fineness?: number): string {
  const parts: string[] = [];
  if (sd !== undefined) parts.push(`${sd} standard deviations of every column of numbers`);
  for (const [name, radius] of Object.entries(columns ?? {})) parts.push(`${radius} of ${quoted(name)}`);
  if (parts.length > 0) return `radius ${parts.join(', ')}`;
  return `radius ${fineness === undefined ? linf : `${linf}/${fineness}`}`;
}

/** Whether a set has nothing but the samples themselves, as that of tables. */
export function movesNothing(set: TrainingConfig['perturb']): boolean {
  return (
    set.linf === 0 && set.sd === undefined && set.columns === undefined && describeMotions(set).length === 0
  );
}

/** What a set has besides the radius, in words. */
function describeMotions({
  shift,
  rotate,
  scale,
  shear,
  joint,
  affine,
  elastic,
}: TrainingConfig['perturb']): string[] {
  const motions: string[] = [];
  if (shift > 0) motions.push(`moves by up to ${shift} ${shift === 1 ? 'pixel' : 'pixels'}`);
  if (rotate > 0) motions.push(`turns by ${short(rotate)} degrees`);
  if (scale !== undefined) motions.push(`sizes by ${short(scale)} %`);
  if (shear !== undefined) motions.push(`slants by ${short(shear)}`);
  if (joint === true) motions.push('all of these together');
  if (affine !== undefined) {
    motions.push(
      `${affine.copies} affine copies (${short(affine.rotate)} degrees, ${short(affine.scale)} %, slant ${short(affine.shear)}, ` +
        `${short(affine.shift)} pixels, bend ${short(affine.bend)})`,
    );
  }
  if (elastic !== undefined) {
    motions.push(
      `${elastic.copies} elastic copies (${short(elastic.strength)} pixels, cells of ${elastic.cell})`,
    );
  }
  return motions;
}

function describeConstraints({
  maxNonzero,
  classWeight,
  atMostWrong,
  monotone,
  ranges,
  exclusive,
  together,
}: TrainingConfig): [string, string][] {
  const listed = (record: Readonly<Record<string, unknown>>, join: (value: unknown) => string): string =>
    Object.entries(record)
      .map(([name, value]) => `${quoted(name)} ${join(value)}`)
      .join(', ');
  const facts: [string, string][] = [];
  if (maxNonzero !== undefined)
    facts.push(['non-zeros', `at most ${maxNonzero} in the first layer of a network`]);
  if (classWeight !== undefined) {
    const words = classWeight === 'balanced' ? 'balanced in every pair' : listed(classWeight, String);
    facts.push(['class weights', words]);
  }
  if (atMostWrong !== undefined) facts.push(['at most wrong', listed(atMostWrong, String)]);
  if (monotone !== undefined) {
    facts.push(['monotone', listed(monotone, (value) => `never against ${quoted(String(value))}`)]);
  }
  if (ranges !== undefined)
    facts.push(['weight ranges', listed(ranges, (value) => (value as number[]).join('..'))]);
  for (const [words, groups] of [
    ['one of them only', exclusive],
    ['all or none', together],
  ] as const) {
    if (groups !== undefined)
      facts.push([words, groups.map((group) => group.map((name) => quoted(name)).join(', ')).join('; ')]);
  }
  return facts;
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
