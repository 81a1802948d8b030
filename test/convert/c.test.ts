import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerOf, type Golden } from '../../src/convert/answers.js';
import {
  answerBytes,
  driverAnswers,
  driverInput,
  driverText,
  LARGEST_RADIUS,
} from '../../src/convert/c/driver.js';
import { tangents } from '../../src/convert/c/features.js';
import { type CTarget, toC } from '../../src/convert/c/index.js';
import { exampleRows, rawRow } from '../../src/convert/examples.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { InputError } from '../../src/errors.js';
import { directionTable } from '../../src/features/tables.js';
import { featureModels, someModels } from './models.js';
import { has, STRICT } from './tools.js';

const folder = mkdtempSync(join(tmpdir(), 'fewbit-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeTarget(target: CTarget, into: string): void {
  for (const { path, content } of target.files()) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), content);
  }
}

interface Case {
  readonly model: EnsembleModel;
  readonly target: CTarget;
  readonly rows: readonly (readonly number[])[];
  readonly expected: readonly Golden[];
}

/** Where a scaling is no line over whole numbers, without decimals. */
function converted(model: EnsembleModel, options: Parameters<typeof toC>[1]): CTarget {
  try {
    return toC(model, options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return toC(model, { ...options, decimals: undefined });
  }
}

function caseOf(model: EnsembleModel, at: number, rowCount: number): Case {
  const pick = <T>(list: readonly T[], shift: number): T => list[(at >> shift) % list.length];
  const decimals = model.scaling.kind === 'contrast' ? undefined : pick([undefined, 1, undefined, 0, 2], 0);
  const options = {
    name: `m${at}`,
    optimise: pick(['size', 'speed'] as const, 0),
    vote: pick(['paper', 'recursive', 'margin'] as const, 1),
    radius: pick([true, false, true], 0),
    decimals: model.image === undefined ? decimals : undefined,
  };
  const target = converted(model, options);
  const rows = exampleRows(target.front, model.scaling, rowCount);
  const judge = new EnsembleClassifier(model);
  const expected = rows.map((row) => answerOf(judge, row, rawRow(target.front, row), options.vote));
  return { model, target, rows, expected };
}

/** All models in one program; returns the rows that differ, by name. */
function differences(cases: readonly Case[], compile: readonly string[]): string[] {
  const into = mkdtempSync(join(folder, 'run-'));
  for (const { target } of cases) writeTarget(target, into);
  const driver = driverText(cases.map(({ target }) => ({ name: target.name, radius: target.plan.certify })));
  writeFileSync(join(into, 'driver.c'), driver);
  const [command, ...flags] = compile;
  execFileSync(command, [...flags, '-o', join(into, 'driver'), join(into, 'driver.c')], { stdio: 'pipe' });
  const input = Buffer.concat(cases.map(({ target, rows }) => driverInput(rows, target.front.input)));
  const output = execFileSync(join(into, 'driver'), { input, maxBuffer: 2 ** 28 });
  const found: string[] = [];
  let from = 0;
  for (const { model, target, rows, expected } of cases) {
    const classes = model.classes.length;
    for (const [row, answer] of driverAnswers(output, from, rows.length, classes).entries()) {
      const { label, votes, radius } = expected[row];
      // C has 16 bits for a radius; beyond what inputs can differ by it says only that.
      const most = radius === Number.POSITIVE_INFINITY ? radius : Math.min(radius, LARGEST_RADIUS);
      const want = { label, votes, radius: target.plan.certify ? most : 0 };
      if (JSON.stringify(answer) !== JSON.stringify(want)) {
        found.push(`${target.name} row ${row}: ${JSON.stringify(answer)} instead of ${JSON.stringify(want)}`);
      }
    }
    from += answerBytes(rows.length, classes);
  }
  expect(from).toBe(output.length);
  return found;
}

// Compilers under load take their time.
describe('C', { timeout: 240_000 }, () => {
  const checks = '-O1 -fsanitize=undefined,address -fno-sanitize-recover=all'.split(' ');
  const traps = '-O2 -fsanitize=undefined -fsanitize-trap=undefined'.split(' ');

  it.skipIf(!has('gcc'))(
    'answers as the library does, whatever the model, without undefined behaviour',
    () => {
      const cases = someModels(48, 11).map((model, at) => caseOf(model, at, 40));
      expect(differences(cases, ['gcc', ...STRICT, ...checks])).toEqual([]);
    },
  );

  it.skipIf(!has('gcc'))('makes the features of images that the library makes', () => {
    const cases = featureModels(11, 17).map((model, at) => caseOf(model, at, 12));
    expect(differences(cases, ['gcc', ...STRICT, ...checks])).toEqual([]);
    expect(differences(cases, ['gcc', ...STRICT, '-O2'])).toEqual([]);
  });

  it.skipIf(!has('gcc'))('has no warning where the compiler looks closer', () => {
    const cases = someModels(16, 13).map((model, at) => caseOf(model, at, 10));
    expect(differences(cases, ['gcc', ...STRICT, '-O2'])).toEqual([]);
  });

  it.skipIf(!has('clang'))('does so by another compiler', () => {
    const cases = someModels(16, 12).map((model, at) => caseOf(model, at, 40));
    expect(differences(cases, ['clang', ...STRICT, ...traps])).toEqual([]);
  });
});

describe('tangents', () => {
  it.each([4, 9, 12, 36])('tell directions apart as the table does, all of them: %i bins', (bins) => {
    const table = directionTable(bins);
    const list = tangents(bins);
    for (let dy = 0; dy < 256; dy++) {
      for (let dx = 0; dx < 256; dx++) {
        if (dx === 0 && dy === 0) continue;
        const found = list.filter((least) => dy * 65536 >= least * dx).length;
        if (found !== table[dy * 256 + dx]) expect({ dx, dy, found }).toBe(table[dy * 256 + dx]);
      }
    }
    expect(list).toHaveLength(4 * bins);
  });
});
