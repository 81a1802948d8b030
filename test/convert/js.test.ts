import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { answerOf } from '../../src/convert/answers.js';
import { exampleRows } from '../../src/convert/examples.js';
import { modelFront } from '../../src/convert/front.js';
import { toJs } from '../../src/convert/js/index.js';
import { readConverted, toJson } from '../../src/convert/json.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { featureModels, someModels } from './models.js';

const folder = mkdtempSync(join(tmpdir(), 'fewbit-js-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Converted {
  predict(row: readonly number[]): string | null;
  votes(row: readonly number[]): number[];
  certify(row: readonly number[]): { label: string | null; radius: number | null };
  readonly classes: readonly string[];
}

const ROWS = 20;
const models = [...someModels(40, 31), ...featureModels(11, 32)];

describe('JavaScript and JSON', { timeout: 240_000 }, () => {
  it('answer as the library does, whatever the model', async () => {
    const faults: string[] = [];
    let asked = 0;
    for (const [at, model] of models.entries()) {
      const vote = (['paper', 'recursive', 'margin'] as const)[at % 3];
      const options = { name: `m${at}`, vote, radius: true } as const;
      const [module, script] = toJs(model, options);
      const path = join(folder, module.path);
      writeFileSync(path, module.content);
      const converted = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Converted;
      const global = runInNewContext(`${script.content}\n;${options.name}`) as Converted;
      const read = readConverted(toJson(model, options)[0].content as string);
      const front = modelFront(model);
      const judge = new EnsembleClassifier(model);
      expect(converted.classes).toEqual(model.classes);
      for (const row of exampleRows(front, model.scaling, ROWS)) {
        const known = answerOf(judge, row, row, vote);
        const name = known.label < 0 ? null : model.classes[known.label];
        const certificate = converted.certify(row);
        const answers = [converted.predict(row), global.predict(row), certificate.label];
        if (answers.some((answer) => answer !== name))
          faults.push(`model ${at}: ${answers} instead of ${name}`);
        if (String(converted.votes(row)) !== String(known.votes)) faults.push(`model ${at}: votes`);
        const radius = name === null ? null : known.radius;
        if (certificate.radius !== radius)
          faults.push(`model ${at}: radius ${certificate.radius} instead of ${radius}`);
        const json = read(row);
        if (json.label !== known.label || String(json.votes) !== String(known.votes))
          faults.push(`model ${at}: json`);
        asked++;
      }
    }
    expect(faults).toEqual([]);
    expect(asked).toBe(ROWS * models.length);
  });

  it('refuse rows that are none, and carry hostile names as text only', async () => {
    const [module] = toJs({ ...models[0], columns: ['</script>\u2028\u202e*/'] }, { name: 'odd' });
    expect(module.content).not.toMatch(/[\u2028\u202e]/);
    const path = join(folder, module.path);
    writeFileSync(path, module.content);
    const { predict } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Converted;
    expect(() => predict([])).toThrow(/expected a row of \d+ numbers/);
    expect(() => predict(new Array(models[0].layers[0]).fill(Number.NaN))).toThrow(
      'value 0: expected a finite number',
    );
  });
});
