import { join } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '../data/files/paths.js';
import { type CrossReport, type FoldResult, summariseFolds } from '../ensemble/folds.js';
import type { Perturbations, TrainOptions } from '../ensemble/types.js';
import type { GridAxis } from '../option-rows.js';
import { OPTIONS, TRAIN_OPTIONS } from '../options.js';
import { formatCrossValidation } from '../report/cross-validation.js';
import { crossValidationPage } from '../report/cross-validation-page.js';
import { formatShare } from '../report/numbers.js';
import { crossValidate } from '../run/cross-validate.js';
import { interruptible } from '../run/interrupt.js';
import { thisMaker } from '../run/run-identity.js';
import '../run/node.js';
import { commandAgain } from './command-again.js';
import { loadForCommand, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, writeWhole } from './files.js';
import { attributeOf, readOption } from './option-texts.js';
import { addOptions, type Flags, given } from './options.js';
import { noteOfDefaults } from './table-note.js';
import { log, painter, print, printJson, usageError } from './terminal.js';
import { TRAINING_FLAGS, TRAINING_SAID } from './training-flags.js';

const EXAMPLES = `
Examples:
  fewbit cv --data table.csv --folds 5 --hidden none
  fewbit cv --data table.csv --hidden none --grid weight-bound=1/3/7 scaling=range/quantile
  fewbit cv --data table.csv --hidden none --report folds.html
  fewbit cv --data table.csv --folds 10 --out folds --resume`;

const FLAGS = [
  ...['data', 'dataDir', ...TABLE_FLAGS, 'weight', 'imageShape', 'folds', 'grid', 'out'],
  ...TRAINING_FLAGS,
  ...['vote', 'report', 'json', 'quiet'],
] as const;

/** Options that were given and are of the result. */
const DECIDING = TRAIN_OPTIONS.filter((name) => name !== 'workers');

interface CrossFlags extends Flags<typeof FLAGS, 'data' | 'vote'> {
  readonly perturb?: Perturbations;
}

/** `fewbit cv`: options judged by stratified cross-validation. */
export function addCrossValidation(program: Command, finish: Finish): void {
  const command = program
    .command('cv')
    .description('judge options by stratified cross-validation: mean and deviation over the folds');
  addOptions(command, FLAGS, {
    ...TRAINING_SAID,
    out: {
      flag: '--out <dir>',
      help: 'a folder with the training of every fold, for --resume; default: none',
    },
    resume: { help: 'take over what is finished in --out' },
    force: { help: 'start anew where --out holds runs already' },
    report: { help: 'write a page with settings, folds and their spread' },
    seed: { help: 'says which rows are in which fold, and is the seed of every training (default: 0)' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (flags: CrossFlags) => {
      const { out, resume, force, vote, workers } = flags;
      for (const name of ['resume', 'force'] as const) {
        if (flags[name] && out === undefined) throw usageError(`--${name}`, 'needs --out');
      }
      const settings = settingsOf(command, flags);
      const { train: data, name } = await loadForCommand(flags);
      if (out !== undefined) await makeFolder(out);
      await checkTargets(
        { '--out': out && join(out, 'cv.json'), '--report': flags.report },
        { '--data': flags.data },
      );
      const maker = await thisMaker();
      const common = {
        folds: flags.folds ?? OPTIONS.folds.default,
        seed: flags.seed ?? OPTIONS.seed.default,
      };
      const notes = new Set(settings.flatMap(({ options }) => noteOfDefaults(data, options) ?? []));
      const interrupt = interruptible(() => log('interrupted: stopping (again to quit)'));
      const began = performance.now();
      try {
        const results = await crossValidate(data, {
          settings: settings.map(({ options }) => options),
          ...common,
          ...{ vote, workers, out, resume, force },
          signal: interrupt.signal,
          onFold: (result) => {
            if (flags.quiet) return;
            // Once something has been trained, so that bad input stays one line.
            for (const note of notes) log(note);
            notes.clear();
            log(lineOf(result, settings));
          },
        });
        const document = documentOf(settings, results, {
          seconds: (performance.now() - began) / 1000,
          interrupted: interrupt.signal.aborted,
        });
        if (out !== undefined)
          await writeWhole(join(out, 'cv.json'), `${JSON.stringify(document, null, 2)}\n`);
        if (flags.report !== undefined) {
          const command = commandAgain((program as unknown as { rawArgs: string[] }).rawArgs);
          const page = crossValidationPage({
            title: `fewbit cv: ${name}`,
            report: document,
            folds: common.folds,
            made: { ...maker, command },
            common: { ...given(flags, DECIDING), vote, ...common },
          });
          await writeWhole(flags.report, page);
        }
        if (flags.json) printJson(document);
        else print(formatCrossValidation(document, painter(process.stdout)));
      } finally {
        interrupt.dispose();
      }
      finish(EXIT_DONE);
    });
}

interface Setting {
  /** As on the command line, by the axes of the grid. */
  readonly texts: Readonly<Record<string, string>>;
  readonly options: TrainOptions;
}

const GRIDDED: readonly string[] = TRAIN_OPTIONS.filter((name) => name !== 'extra' && name !== 'workers');

/** Every combination of what the grid has, the last axis running fastest; one without a grid. */
function settingsOf(command: Command, flags: CrossFlags): Setting[] {
  const common: TrainOptions = given(flags, TRAIN_OPTIONS);
  let settings: Setting[] = [{ texts: {}, options: common }];
  for (const { option, texts } of flags.grid ?? []) {
    const axis = readAxis(command, { option, texts });
    settings = settings.flatMap((setting) =>
      axis.map(({ text, values }) => ({
        texts: { ...setting.texts, [option]: text },
        options: { ...setting.options, ...values },
      })),
    );
  }
  return settings;
}

/** The values of an axis, read as the command reads that option. */
function readAxis(
  command: Command,
  { option, texts }: GridAxis,
): { text: string; values: Readonly<Record<string, unknown>> }[] {
  const name = attributeOf(command, option);
  if (name === undefined || !GRIDDED.includes(name)) {
    throw usageError('--grid', `${option} is no option of a training that a grid can have`);
  }
  return texts.map((text) => {
    try {
      return { text, values: readOption(command, option, text) };
    } catch (error) {
      throw usageError('--grid', (error as Error).message);
    }
  });
}

function lineOf({ setting, fold, accuracy, rows }: FoldResult, settings: readonly Setting[]): string {
  const words = Object.entries(settings[setting].texts).map(([option, text]) => `${option}=${text}`);
  const which = words.length === 0 ? '' : `${words.join(' ')}, `;
  return `${which}fold ${fold + 1}: ${formatShare(accuracy)} of ${rows} rows`;
}

/** The contract's document: folds and figures of the best setting, and, with a grid, of every one. */
function documentOf(
  settings: readonly Setting[],
  results: readonly FoldResult[],
  ended: { readonly seconds: number; readonly interrupted: boolean },
): CrossReport {
  const tried = settings.flatMap(({ texts }, index) => {
    const folds = results.filter(({ setting }) => setting === index);
    if (folds.length === 0) return [];
    return [
      { setting: texts, folds: folds.map(({ setting: _, ...fold }) => fold), ...summariseFolds(folds) },
    ];
  });
  // Of equal means the first.
  const best = tried.reduce((a, b) => ((b.accuracy?.mean ?? 0) > (a.accuracy?.mean ?? 0) ? b : a));
  const { setting, ...figures } = best;
  // Not those of the data: rows of classes that are left out are not judged.
  const facts = { rows: best.folds.reduce((sum, fold) => sum + fold.rows, 0), ...ended };
  return settings.length === 1
    ? { ...figures, ...facts }
    : { ...figures, best: setting, grid: tried, ...facts };
}
