import type { Command } from 'commander';
import { RecordCutter } from '../data/csv-records.js';
import { isDatasetName } from '../data/files/catalogue.js';
import { kindOf } from '../data/files/paths.js';
import { inputName, readTextPieces, STANDARD_INPUT } from '../data/files/read.js';
import { TableRows } from '../data/table-rows.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import { ColumnCertifiers } from '../ensemble/predict/column-certificate.js';
import type { Perturbations } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { quotedList } from '../printable.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import { cellsForModel, loadForClassifier, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { modelFile } from './model-file.js';
import { addOptions, type Flags } from './options.js';
import { AnswerLines } from './predict-lines.js';
import { log, printTable, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit predict heart --data new-patients.csv
  fewbit predict heart --data new-patients.csv.gz --id patient --score --certify --out answers.csv
  zcat log.csv.gz | fewbit predict heart --data - --json | head
  fewbit predict my-digits --data digits --votes`;

const FLAGS = [
  ...['data', 'dataDir', 'test', ...TABLE_FLAGS, 'imageShape'],
  ...['out', 'vote', 'votes', 'score', 'probability', 'certify', 'perturb', 'certifyPixels', 'json'],
] as const;

interface PredictFlags extends Flags<typeof FLAGS, 'data' | 'vote'> {
  readonly perturb?: Perturbations;
}

/** `fewbit predict`: what a saved model answers, row by row. Tables go through without being held. */
export function addPredict(program: Command, finish: Finish): void {
  const command = program
    .command('predict')
    .description('what a saved model answers on every row of a table; labels are not needed')
    .argument('<model>', 'model file, or the folder of a training');
  addOptions(command, FLAGS, {
    data: {
      help: 'a table (CSV, TSV, .gz or not; - is standard input), or what evaluate takes',
      required: true,
    },
    label: { help: "a column of class names, which is not read (default: the model's, where it is there)" },
    certify: { flag: '--certify', help: 'also the radius at which the label provably stays' },
    perturb: {
      scope:
        'tables, with --certify: radius 1 is this, as in linf=1sd (default: what a training in units of columns had)',
    },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: PredictFlags) => {
      const file = await modelFile(path);
      const classifier = EnsembleClassifier.load(await readText(file), file);
      if (flags.certifyPixels && classifier.model.image === undefined) {
        throw usageError('--certify-pixels', 'the model is not one of images');
      }
      refuseOddRadii(flags, classifier);
      if (flags.probability && classifier.model.calibration === undefined) {
        throw usageError(
          '--probability',
          'the model has no probabilities; fewbit train --calibrate gives it some',
        );
      }
      await checkTargets(
        { '--out': flags.out },
        { 'the model': file, '--data': flags.data, '--test': flags.test },
      );
      const interrupt = interruptible(() => log('interrupted'));
      try {
        const lines = predict(classifier, file, flags, interrupt.signal);
        if (flags.out === undefined) await printTable(lines);
        else await writeWhole(flags.out, lines);
        finish(EXIT_DONE);
      } catch (error) {
        if (error !== STOPPED) throw error;
        finish(EXIT_INTERRUPTED);
      } finally {
        interrupt.dispose();
      }
    });
}

/** Radii in units of columns are of tables, and every column has to be there. */
function refuseOddRadii({ certify, perturb }: PredictFlags, classifier: EnsembleClassifier): void {
  if (perturb === undefined) return;
  if (certify === undefined) throw usageError('--perturb', 'only with --certify');
  new ColumnCertifiers(classifier.model).of(perturb);
}

/** Thrown where a signal came: a file that is not whole is none. */
const STOPPED = new Error('interrupted');

async function* predict(
  classifier: EnsembleClassifier,
  file: string,
  flags: PredictFlags,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const lines = new AnswerLines(classifier, flags);
  // Behind the first rows: where nothing can be read, nothing is written.
  let head = lines.head();
  for await (const text of (await isTable(flags))
    ? overTable(classifier, file, flags, lines)
    : overData(classifier, file, flags, lines)) {
    // Signals are heard between pieces, and only if the loop of events has a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw STOPPED;
    if (text === '') continue;
    yield head + text;
    head = '';
  }
  if (head !== '') yield head;
}

async function isTable({ data }: PredictFlags): Promise<boolean> {
  if (data === STANDARD_INPUT) return true;
  return data !== 'digits' && !isDatasetName(data) && (await kindOf(data)) !== 'folder';
}

/** A table, piece by piece: what is held does not grow with its rows. */
async function* overTable(
  classifier: EnsembleClassifier,
  file: string,
  flags: PredictFlags,
  lines: AnswerLines,
): AsyncGenerator<string> {
  const { model, inputs } = classifier;
  const { label, drop, id } = flags;
  const path = flags.test ?? flags.data;
  const where = inputName(path);
  const cells = cellsForModel(model);
  const rows = new TableRows(
    {
      where,
      label: label ?? model.labelColumn,
      labels: label === undefined ? 'any' : 'some',
      id,
      drop,
      dropped: model.dropped,
      expected: model.columns,
      whose: 'the model',
      lenient: true,
    },
    cells,
  );
  let made: string[] = [];
  const cutter = new RecordCutter(
    where,
    LIMITS.record,
    (fields, line) => {
      if (!rows.hasHeader) {
        rows.readHeader(fields);
        if (rows.columns.length !== inputs) {
          throw new InputError(
            `${file}: the model has ${inputs} inputs, but samples of ${where} have ${rows.columns.length}`,
          );
        }
        if (rows.unread.length > 0) {
          log(`note: ${where}: not read, as the model has no such columns: ${quotedList(rows.unread, 8)}`);
        }
        return;
      }
      rows.readRow(fields, line);
      made.push(lines.line(rows.rows - 1, rows.values, rows.id));
    },
    flags.delimiter,
  );
  for await (const piece of readTextPieces(path)) {
    cutter.push(piece);
    yield made.join('');
    made = [];
  }
  cutter.end();
  if (!rows.hasHeader) throw new InputError(`${where}: empty, not even a header`);
  yield made.join('');
  for (const note of cells.counted(rows.columns)) log(`note: ${where}: ${note}`);
}

/** What is loaded as a whole: images. */
async function* overData(
  classifier: EnsembleClassifier,
  file: string,
  flags: PredictFlags,
  lines: AnswerLines,
): AsyncGenerator<string> {
  const { data } = await loadForClassifier(classifier, file, flags);
  const { values, rows, columns } = data.samples;
  const some = Math.max(1, Math.floor(2 ** 16 / columns));
  for (let from = 0; from < rows; from += some) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + some); row++) {
      text += lines.line(row, values.subarray(row * columns, (row + 1) * columns), '');
    }
    yield text;
  }
}
