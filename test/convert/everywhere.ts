import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answerOf, type Golden } from '../../src/convert/answers.js';
import { driverAnswers, driverInput, driverText, LARGEST_RADIUS } from '../../src/convert/c/driver.js';
import { toC } from '../../src/convert/c/index.js';
import { exampleRows, rawRow } from '../../src/convert/examples.js';
import { toJs } from '../../src/convert/js/index.js';
import { readConverted, toJson } from '../../src/convert/json.js';
import { onnxRows, toOnnx } from '../../src/convert/onnx/index.js';
import { type Field, fieldsOf } from '../../src/data/encoding.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import type { VoteRule } from '../../src/ensemble/types.js';
import { encodedModels, featureModels, someModels } from './models.js';
import { has, STRICT } from './tools.js';

/*
 * One model, the same rows, every form that it can be converted to: C under sanitizers, ONNX, JavaScript, JSON, and the library both ways
 * (one row at a time, all rows at once). A form says how many rows it was asked, so that a comparison of nothing is seen.
 */

const ort = await import('onnxruntime-web').catch(() => undefined);
if (ort !== undefined) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
}
export const hasOnnx = ort !== undefined;
export const hasC = has('gcc');

/** JSON's reader is plain and slow: it is asked so many rows at most. */
const JSON_ROWS = 200;
const BATCH = 128;
const CHECKS = '-O1 -fsanitize=undefined,address -fno-sanitize-recover=all'.split(' ');

/** Models of all kinds: half of any scaling, and of features and encodings a quarter each; 2 to 12 classes. */
export function modelsOfAllKinds(count: number, seed: number): EnsembleModel[] {
  const quarter = Math.ceil(count / 4);
  const parts = [
    someModels(2 * quarter, seed, { maxClasses: 12 }),
    featureModels(quarter, seed + 1),
    encodedModels(quarter, seed + 2, 12),
  ];
  const mixed = Array.from({ length: quarter }, (_, at) => [
    parts[0][2 * at],
    parts[1][at],
    parts[0][2 * at + 1],
    parts[2][at],
  ]);
  return mixed.flat().slice(0, count);
}

/** What each form was asked, and where it differed. */
export interface Agreement {
  readonly asked: { c: number; onnx: number; js: number; json: number; ours: number };
  readonly faults: string[];
}

/** Asks every form of a model the same rows, each with its own options, chosen by `at`. */
export async function agreement(
  model: EnsembleModel,
  at: number,
  rowCount: number,
  folder: string,
): Promise<Agreement> {
  const vote = (['paper', 'recursive', 'margin'] as const)[at % 3];
  const target = toC(model, {
    name: `m${at}`,
    vote,
    radius: at % 2 === 0,
    optimise: at % 4 < 2 ? 'size' : 'speed',
  });
  const rows = exampleRows(target.front, model.scaling, rowCount);
  const judge = new EnsembleClassifier(model);
  const raw = rows.map((row) => rawRow(target.front, row));
  const known = rows.map((row, n) => answerOf(judge, row, raw[n], vote));
  const faults: string[] = [];
  const asked = { c: 0, onnx: 0, js: 0, json: 0, ours: 0 };
  const compare = (form: keyof typeof asked, row: number, found: string, expected: string): void => {
    asked[form]++;
    if (found !== expected) faults.push(`model ${at}, row ${row}, ${form}: ${found} instead of ${expected}`);
  };
  const said = ({ label, votes }: { label: number; votes: ArrayLike<number> }): string =>
    `${label} of ${Array.from(votes)}`;
  const into = mkdtempSync(join(folder, 'm-'));
  try {
    const indexOf = (name: string | null): number => (name === null ? -1 : model.classes.indexOf(name));
    for (const [row, name] of judge.predict(raw, { vote }).entries()) {
      compare('ours', row, `${indexOf(name)}`, `${known[row].label}`);
    }
    if (hasC) {
      for (const [row, answer] of askC(target, rows, into).entries()) {
        const expected = target.plan.certify ? `, ${Math.min(known[row].radius, cLimit(known[row]))}` : '';
        const found = target.plan.certify ? `, ${answer.radius}` : '';
        compare('c', row, said(answer) + found, said(known[row]) + expected);
      }
    }
    if (hasOnnx && canOnnx(model, vote)) {
      for (const [row, answer] of (await askOnnx(model, { vote, qonnx: at % 2 === 0 }, raw)).entries()) {
        compare('onnx', row, said(answer), said(known[row]));
      }
    }
    const { encoding } = model;
    const fields = raw.map(
      (row): ArrayLike<Field> => (encoding === undefined ? row : fieldsOf(encoding, row)),
    );
    const options = { name: `m${at}`, vote, radius: true };
    const [module] = toJs(model, options);
    const path = join(into, module.path);
    writeFileSync(path, module.content);
    const js = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as JsModule;
    for (const [row, values] of fields.entries()) {
      const { label, radius } = js.certify(values);
      const found = { label: indexOf(js.predict(values)), votes: js.votes(values) };
      const expected = known[row].label < 0 ? null : known[row].radius;
      compare(
        'js',
        row,
        `${said(found)}, ${indexOf(label)} ${radius}`,
        `${said(known[row])}, ${known[row].label} ${expected}`,
      );
    }
    const read = readConverted(toJson(model, options)[0].content as string);
    for (const [row, values] of fields.slice(0, JSON_ROWS).entries()) {
      compare('json', row, said(read(values)), said(known[row]));
    }
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
  return { asked, faults };
}

interface JsModule {
  predict(row: ArrayLike<Field>): string | null;
  votes(row: ArrayLike<Field>): number[];
  certify(row: ArrayLike<Field>): { readonly label: string | null; readonly radius: number | null };
}

/** C has 16 bits for a radius. */
function cLimit({ radius }: Golden): number {
  return radius === Number.POSITIVE_INFINITY ? radius : LARGEST_RADIUS;
}

function askC(target: ReturnType<typeof toC>, rows: readonly (readonly number[])[], into: string) {
  for (const { path, content } of target.files()) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), content);
  }
  writeFileSync(join(into, 'driver.c'), driverText([{ name: target.name, radius: target.plan.certify }]));
  const program = join(into, 'driver');
  execFileSync('gcc', [...STRICT, ...CHECKS, '-o', program, join(into, 'driver.c')], { stdio: 'pipe' });
  const input = driverInput(rows, target.front.input);
  const output = execFileSync(program, { input, maxBuffer: 2 ** 30 });
  return driverAnswers(output, 0, rows.length, target.plan.classes.length);
}

/** What operators have no say in is refused, by name (`refused.test.ts`). */
function canOnnx({ layers, pairs }: EnsembleModel, vote: VoteRule): boolean {
  const isEmpty = pairs.every(({ network }) => network === null);
  return !isEmpty && (vote !== 'margin' || layers.length < 4 || layers[1] <= 12);
}

async function askOnnx(
  model: EnsembleModel,
  options: { readonly vote: VoteRule; readonly qonnx: boolean },
  raw: readonly ArrayLike<number>[],
) {
  if (ort === undefined) throw new Error('no runtime');
  const [{ content }] = toOnnx(model, { name: 'm', ...options });
  const session = await ort.InferenceSession.create(content as Uint8Array, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
  });
  const given = onnxRows(model);
  const classCount = model.classes.length;
  const answers: { label: number; votes: ArrayLike<number> }[] = [];
  for (let from = 0; from < raw.length; from += BATCH) {
    const batch = raw.slice(from, from + BATCH).map(given);
    const x = new Float32Array(batch.length * batch[0].length);
    for (const [n, row] of batch.entries()) x.set(row, n * row.length);
    const found = await session.run({ x: new ort.Tensor('float32', x, [batch.length, batch[0].length]) });
    const labels = found.label.data as BigInt64Array;
    const votes = found.votes.data as Int32Array;
    for (let n = 0; n < batch.length; n++) {
      answers.push({
        label: Number(labels[n]),
        votes: votes.subarray(n * classCount, (n + 1) * classCount),
      });
    }
  }
  await session.release();
  return answers;
}
