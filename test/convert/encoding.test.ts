import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { answerOf } from '../../src/convert/answers.js';
import { driverAnswers, driverInput, driverText } from '../../src/convert/c/driver.js';
import { toC } from '../../src/convert/c/index.js';
import { exampleRows } from '../../src/convert/examples.js';
import { modelFront } from '../../src/convert/front.js';
import { toJs } from '../../src/convert/js/index.js';
import { readConverted, toJson } from '../../src/convert/json.js';
import { onnxRows, toOnnx } from '../../src/convert/onnx/index.js';
import { type Encoding, encodeRows, type Field, fieldsOf } from '../../src/data/encoding.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { encodedModels } from './models.js';
import { has, STRICT } from './tools.js';

const folder = mkdtempSync(join(tmpdir(), 'fewbit-encoded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const models = encodedModels(40, 5);

const rowsOf = (one: EnsembleModel, count: number): number[][] =>
  exampleRows(modelFront(one), one.scaling, count);

describe('models with an encoding', { timeout: 240_000 }, () => {
  it('have rows that reach every kind of field', () => {
    const fields = models.flatMap((one) =>
      rowsOf(one, 10).flatMap((row) => fieldsOf(one.encoding as Encoding, row)),
    );
    expect(fields.filter((field) => field === null).length).toBeGreaterThan(50);
    expect(fields.filter((field) => String(field).startsWith('no ')).length).toBeGreaterThan(50);
    expect(fields.filter((field) => typeof field === 'number').length).toBeGreaterThan(300);
  });

  it('answer in JavaScript and JSON as the library does', async () => {
    let asked = 0;
    for (const [at, one] of models.entries()) {
      const judge = new EnsembleClassifier(one);
      const [module] = toJs(one, { name: `m${at}`, radius: true });
      const path = join(folder, module.path);
      writeFileSync(path, module.content);
      const converted = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
        predict(row: readonly Field[]): string | null;
        votes(row: readonly Field[]): number[];
      };
      const text = toJson(one, {})[0].content as string;
      const read = readConverted(text);
      for (const row of rowsOf(one, 12)) {
        const fields = fieldsOf(one.encoding as Encoding, row);
        const known = answerOf(judge, row, row, 'paper');
        expect([converted.predict(fields), converted.votes(fields)]).toEqual([
          judge.predictOne(row),
          known.votes,
        ]);
        expect(read(fields)).toEqual({ label: known.label, votes: known.votes });
        asked++;
      }
      const { examples } = JSON.parse(text) as {
        examples: { row: Field[]; label: number; scaled: number[] }[];
      };
      for (const { row, label, scaled } of examples) {
        expect(read(row).label).toBe(label);
        expect(scaled).toHaveLength(one.layers[0]);
      }
    }
    expect(asked).toBe(480);
  });

  it.skipIf(!has('gcc'))(
    'answer in C as the library does, without undefined behaviour, and pass their own test',
    () => {
      const some = models.slice(0, 14);
      const targets = some.map((one, at) => toC(one, { name: `m${at}`, radius: at % 2 === 0 }));
      for (const target of targets) {
        for (const { path, content } of target.files()) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), content);
        }
      }
      writeFileSync(
        join(folder, 'driver.c'),
        driverText(targets.map(({ name, plan }) => ({ name, radius: plan.certify }))),
      );
      const checks = '-O1 -fsanitize=undefined,address -fno-sanitize-recover=all'.split(' ');
      execFileSync('gcc', [...STRICT, ...checks, '-o', join(folder, 'driver'), join(folder, 'driver.c')], {
        stdio: 'pipe',
      });
      const rows = some.map((one) => rowsOf(one, 12));
      const input = Buffer.concat(rows.map((list) => driverInput(list, 'float')));
      const output = execFileSync(join(folder, 'driver'), { input, maxBuffer: 2 ** 26 });
      const size = output.length / some.length;
      for (const [at, one] of some.entries()) {
        const judge = new EnsembleClassifier(one);
        const known = rows[at].map((row) => answerOf(judge, row, row, 'paper'));
        const found = driverAnswers(output, at * size, 12, 3);
        expect(found.map(({ label, votes }) => ({ label, votes }))).toEqual(
          known.map(({ label, votes }) => ({ label, votes })),
        );
        if (at % 2 === 0)
          expect(found.map(({ radius }) => radius)).toEqual(known.map(({ radius }) => radius));
      }
      const test = join(folder, 'm0_test');
      execFileSync('gcc', [...STRICT, '-o', test, join(folder, 'm0.c'), join(folder, 'm0_test.c')], {
        stdio: 'pipe',
      });
      expect(execFileSync(test).toString()).toContain('all 12 rows as expected');
    },
  );

  it('are ONNX over what the encoding makes of a row, and say so', () => {
    const [one] = models;
    const [row] = rowsOf(one, 1);
    expect([...Array.from(onnxRows(one)(row))]).toEqual([...encodeRows(one.encoding as Encoding, row, 1)]);
    const text = Buffer.from(toOnnx(one, {})[0].content as Uint8Array).toString('latin1');
    expect(text).toContain('the inputs that the encoding makes of a row');
  });

  it('take no decimals', () => {
    expect(() => toC(models[0], { decimals: 1 })).toThrow('decimals: not for a model with an encoding');
  });
});
