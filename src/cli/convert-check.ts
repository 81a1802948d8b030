import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Answer } from '../convert/answers.js';
import { answerBytes, driverAnswers, driverInput, driverText, LARGEST_RADIUS } from '../convert/c/driver.js';
import type { CTarget } from '../convert/c/index.js';
import { inputValue } from '../convert/front.js';
import { readConverted } from '../convert/json.js';
import { onnxRows } from '../convert/onnx/index.js';
import type { ConvertedFile } from '../convert/types.js';
import { type Field, fieldsOf } from '../data/encoding.js';
import type { EnsembleModel } from '../ensemble/model/model.js';
import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { VoteRule } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { hostCompiler, inFolder, runCommand } from './compilers.js';
import type { JudgedData } from './data.js';
import { log } from './terminal.js';

/** Answers of a converted model on all rows; `undefined` where it cannot be run here. */
export type RunRows = (
  rows: Iterable<ArrayLike<number>>,
  count: number,
) => Promise<readonly Partial<Answer>[] | undefined>;

export interface Checked {
  readonly checked: number;
  readonly mismatches: number;
}

const SHOWN = 10;

/** Runs every row of the data through a converted model and compares with the library: each mismatch is named, the first ten. */
export async function checkRows(
  classifier: EnsembleClassifier,
  data: JudgedData,
  run: RunRows,
  options: { readonly vote: VoteRule; readonly radius: boolean },
): Promise<Checked> {
  const { values, rows, columns } = data.data.samples;
  const rowAt = (row: number): Float64Array =>
    Float64Array.from(values.subarray(row * columns, (row + 1) * columns));
  const all = function* (): Generator<Float64Array> {
    for (let row = 0; row < rows; row++) yield rowAt(row);
  };
  const answers = await run(all(), rows);
  if (answers === undefined) return { checked: 0, mismatches: 0 };
  if (answers.length !== rows) throw new Error(`${answers.length} answers for ${rows} rows`);
  let mismatches = 0;
  for (let row = 0; row < rows; row++) {
    const fault = difference(classifier, rowAt(row), answers[row], options);
    if (fault === undefined) continue;
    if (++mismatches > SHOWN) continue;
    // A value next to a step of the scaling may be beyond it as a float: the row's doing, not the conversion's.
    const asFloats = rowAt(row).map(Math.fround);
    const isRounding = difference(classifier, asFloats, answers[row], options) === undefined;
    const why = isRounding ? '; the library says the same of the row in floats, which the model takes' : '';
    log(`mismatch: ${data.name}, row ${row}: ${fault}${why}`);
  }
  if (mismatches > SHOWN) log(`and ${mismatches - SHOWN} rows more`);
  return { checked: rows, mismatches };
}

/** What is different, in words. */
function difference(
  classifier: EnsembleClassifier,
  row: Float64Array,
  answer: Partial<Answer>,
  { vote, radius }: { readonly vote: VoteRule; readonly radius: boolean },
): string | undefined {
  const certificate = radius ? classifier.certify(row, { vote }) : undefined;
  const name = certificate === undefined ? classifier.predictOne(row, { vote }) : certificate.label;
  const nameOf = (label: number): string =>
    label < 0 ? 'no label' : quoted(classifier.classes[label] ?? `class ${label}`);
  const label = name === null ? -1 : classifier.classes.indexOf(name);
  if (answer.label !== undefined && answer.label !== label) {
    return `label ${nameOf(answer.label)} instead of ${nameOf(label)}`;
  }
  const votes = classifier.votes(row).join(' ');
  if (answer.votes !== undefined && answer.votes.join(' ') !== votes)
    return `votes ${answer.votes.join(' ')} instead of ${votes}`;
  const expected = certificate?.radius ?? 0;
  if (certificate !== undefined && answer.radius !== undefined && !isSameRadius(answer.radius, expected)) {
    return `radius ${answer.radius} instead of ${expected}`;
  }
  return undefined;
}

/** C has 16 bits for a radius: its largest finite one stands for all beyond. */
function isSameRadius(found: number, expected: number): boolean {
  return (
    found === expected ||
    (found === LARGEST_RADIUS && found < expected && expected < Number.POSITIVE_INFINITY)
  );
}

/** Compiles the C sources with the compiler of this machine and runs the rows through them. */
export function runC(target: CTarget, data: JudgedData): RunRows {
  return async (rows, count) => {
    const compiler = hostCompiler();
    if (compiler === undefined) {
      log('note: no C compiler here (cc, gcc, clang, or $CC): nothing was checked');
      return undefined;
    }
    const inputs: number[][] = [];
    for (const row of rows)
      inputs.push(Array.from(row, (value, column) => given(target, data, inputs.length, column, value)));
    const { name, plan, front } = target;
    const driver = { path: 'driver.c', content: driverText([{ name, radius: plan.certify }]) };
    return inFolder([...target.files(), driver], async (folder) => {
      const program = join(folder, 'driver');
      const built = await runCommand(compiler, ['-std=c99', '-O2', '-o', program, join(folder, 'driver.c')]);
      if (built.code !== 0) throw new Error(`${compiler}: ${built.stderr}`);
      const ran = await runCommand(program, [], driverInput(inputs, front.input));
      const classes = plan.classes.length;
      if (ran.code !== 0 || ran.stdout.length !== answerBytes(count, classes)) {
        throw new Error(`the converted model ended with ${ran.code}: ${ran.stderr}`);
      }
      return driverAnswers(ran.stdout, 0, count, classes);
    });
  };
}

function given(target: CTarget, data: JudgedData, row: number, column: number, value: number): number {
  try {
    return inputValue(target.front, value);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const called = data.data.columns?.[column];
    throw new InputError(
      `${data.name}: row ${row}, column ${called === undefined ? column : quoted(called)}: ${error.message}`,
    );
  }
}

/** What a module of `--to js` exports. */
interface Module {
  predict(row: ArrayLike<Field>): string | null;
  votes(row: ArrayLike<Field>): number[];
  certify?(row: ArrayLike<Field>): { readonly label: string | null; readonly radius: number | null };
}

/** Imports the module from a folder of its own and asks it. */
export function runJs(files: readonly ConvertedFile[], { classes, encoding }: EnsembleModel): RunRows {
  return (rows) =>
    inFolder(files, async (folder) => {
      const made = (await import(pathToFileURL(join(folder, files[0].path)).href)) as Module;
      return Array.from(rows, (values) => {
        const row = encoding === undefined ? values : fieldsOf(encoding, values);
        const name = made.predict(row);
        const label = name === null ? -1 : classes.indexOf(name);
        const answer = { label, votes: made.votes(row) };
        return made.certify === undefined ? answer : { ...answer, radius: made.certify(row).radius ?? 0 };
      });
    });
}

/** Reads the text as a reader elsewhere would. */
export function runJson(text: string, { encoding }: EnsembleModel): RunRows {
  const read = readConverted(text);
  return async (rows) =>
    Array.from(rows, (row) => read(encoding === undefined ? row : fieldsOf(encoding, row)));
}

/** Rows that go through ONNX at once. */
const BATCH = 256;

/** Runs an ONNX model with onnxruntime-web, which is optional: where it is not installed nothing is checked, and that is said. */
export function runOnnx(content: Uint8Array, model: EnsembleModel): RunRows {
  const classCount = model.classes.length;
  const given = onnxRows(model);
  return async (rows) => {
    const ort = await import('onnxruntime-web').catch(() => undefined);
    if (ort === undefined) {
      log('note: onnxruntime-web is not installed (npm install onnxruntime-web): nothing was checked');
      return undefined;
    }
    ort.env.wasm.numThreads = 1;
    // Errors only: that it folds constants is of no interest here.
    const session = await ort.InferenceSession.create(content, {
      executionProviders: ['wasm'],
      logSeverityLevel: 3,
    });
    const answers: Partial<Answer>[] = [];
    const ask = async (batch: readonly ArrayLike<number>[]): Promise<void> => {
      const x = Float32Array.from(batch.flatMap((row) => Array.from(row)));
      const found = await session.run({ x: new ort.Tensor('float32', x, [batch.length, batch[0].length]) });
      const labels = found.label.data as BigInt64Array;
      const votes = found.votes.data as Int32Array;
      for (let k = 0; k < batch.length; k++) {
        answers.push({
          label: Number(labels[k]),
          votes: [...votes.subarray(k * classCount, (k + 1) * classCount)],
        });
      }
    };
    let batch: ArrayLike<number>[] = [];
    for (const row of rows) {
      batch.push(given(row));
      if (batch.length < BATCH) continue;
      await ask(batch);
      batch = [];
    }
    if (batch.length > 0) await ask(batch);
    await session.release();
    return answers;
  };
}
