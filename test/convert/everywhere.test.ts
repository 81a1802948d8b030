import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agreement, hasC, hasOnnx, modelsOfAllKinds } from './everywhere.js';

/** `models,rows,seed`: more of both for an evening (`node bench/convert.mjs`). */
const [count, rowCount, seed] = (process.env.FEWBIT_CONVERT ?? '8,40,5').split(',').map(Number);

const folder = mkdtempSync(join(tmpdir(), 'fewbit-everywhere-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a model, wherever it is taken', { timeout: 6 * 3600_000 }, () => {
  it('answers the same: C under sanitizers, ONNX, JavaScript, JSON and the library', async () => {
    const models = modelsOfAllKinds(count, seed);
    const total = { c: 0, onnx: 0, js: 0, json: 0, ours: 0 };
    const faults: string[] = [];
    for (const [at, model] of models.entries()) {
      const one = await agreement(model, at, rowCount, folder);
      for (const form of Object.keys(total) as (keyof typeof total)[]) total[form] += one.asked[form];
      faults.push(...one.faults);
    }
    if (process.env.FEWBIT_CONVERT !== undefined) {
      process.stdout.write(
        `${JSON.stringify({ models: count, rows: rowCount, seed, asked: total, faults })}\n`,
      );
    }
    expect(faults.slice(0, 10)).toEqual([]);
    expect(total.ours).toBe(count * rowCount);
    expect(total.js).toBe(count * rowCount);
    expect(total.c).toBe(hasC ? count * rowCount : 0);
    if (hasOnnx) expect(total.onnx).toBeGreaterThan((count * rowCount) / 2);
  });
});
