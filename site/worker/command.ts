import type { DataRequest, DataShown, TrainRequest } from './api.js';
import { robustDigits } from './robust-digits.js';

/** The command that makes the same model, byte for byte, where its data are not the page's own drawings or points. */
export function commandOf(
  data: DataRequest,
  request: TrainRequest,
  { table }: Pick<DataShown, 'table'>,
): string | undefined {
  if (data.kind === 'plane' || (data.kind === 'digits' && data.drawings.length > 0)) return undefined;
  const { objective, hidden, weightBound, radius, features, work, seed, maxNonzero } = request;
  const isRobust = objective === 'robust';
  const words = [
    'fewbit train',
    ...(data.kind === 'digits'
      ? ['--data digits', `--classes ${data.classes.join(',')}`, `--shots ${data.shots}`]
      : [
          `--data ${quoted(data.name)}`,
          // The page takes the last column where none is called `label`; the command line wants to be told.
          ...(table === undefined || table.label === 'label' ? [] : [`--label ${quoted(table.label)}`]),
          ...(data.drop.length === 0 ? [] : [`--drop ${quoted(data.drop.join(','))}`]),
          `--test-share ${data.held}`,
          '--bias --scaling range',
        ]),
    `--hidden ${hidden.length === 0 ? 'none' : hidden.join(',')}`,
    ...(weightBound === 1 ? [] : [`--weight-bound ${weightBound}`]),
    ...(isRobust ? ['--objective robust'] : []),
    ...(data.kind === 'table' && isRobust ? ['--soft 0.8', `--perturb linf=${radius ?? 0}`] : []),
    ...(data.kind === 'digits' && isRobust ? robustWords(request) : []),
    ...(data.kind === 'digits' && features !== 'none' ? [`--features ${features}`] : []),
    ...(maxNonzero === undefined ? [] : [`--max-nonzero ${maxNonzero}`]),
    ...(work === null ? [] : [`--work-limit ${work}`]),
    `--seed ${seed}`,
    '--out my-model',
  ];
  return words.join(' ');
}

function robustWords(request: TrainRequest): string[] {
  const { soft, adapt, perturb } = robustDigits(request);
  const { copies, ...spread } = perturb.affine;
  const motions = Object.entries(spread).map(([name, amount]) => `affine.${name}=${amount}`);
  return [
    `--soft ${soft}`,
    `--adapt ${adapt}`,
    `--perturb ${[`linf=${perturb.linf}`, `affine=${copies}`, ...motions].join(',')}`,
  ];
}

function quoted(word: string): string {
  return /^[\w./,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
