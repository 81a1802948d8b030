import { describe, expect, it } from 'vitest';
import { exampleRows } from '../../src/convert/examples.js';
import { modelFront } from '../../src/convert/front.js';
import { certifiedRows, toProperties } from '../../src/convert/onnx/vnnlib.js';
import type { ConvertedFile } from '../../src/convert/types.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import type { CountingRule } from '../../src/ensemble/types.js';
import { sfc32, uniform } from '../../src/random.js';
import { featureModels, someModels } from './models.js';

const ort = await import('onnxruntime-web').catch(() => undefined);
if (ort !== undefined) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
}

/** A property as its reader elsewhere has it: the box, and the ways to refute it, each a sign, an output and a limit. */
function readProperty(text: string) {
  const low: number[] = [];
  const high: number[] = [];
  const ways: { output: number; holds: (y: number) => boolean }[] = [];
  for (const line of text.split('\n').filter((one) => one.startsWith('(assert'))) {
    const bound = /^\(assert \((>=|<=) X_(\d+) (-?\d+)\)\)$/.exec(line);
    if (bound !== null) (bound[1] === '>=' ? low : high)[Number(bound[2])] = Number(bound[3]);
    for (const [, sign, output, limit] of line.matchAll(/\(and \((>=|<=) Y_(\d+) (\S+?)\)\)/g)) {
      ways.push({
        output: Number(output),
        holds: (y) => (sign === '>=' ? y >= Number(limit) : y <= Number(limit)),
      });
    }
  }
  return { low, high, isRefuted: (y: ArrayLike<number>) => ways.some((w) => w.holds(y[w.output])), ways };
}

async function leadersOf(file: ConvertedFile) {
  if (ort === undefined) throw new Error('no runtime');
  const session = await ort.InferenceSession.create(file.content as Uint8Array, {
    executionProviders: ['wasm'],
  });
  const ask = async (x: Float32Array): Promise<ArrayLike<number>> => {
    const { leaders } = await session.run({ x: new ort.Tensor('float32', x, [1, x.length]) });
    return leaders.data as Float32Array;
  };
  return { ask, release: () => session.release() };
}

const models = [...someModels(12, 31), ...featureModels(2, 32)].filter(({ pairs }) =>
  pairs.some(({ network }) => network !== null),
);

describe('properties in VNN-LIB', { timeout: 120_000 }, () => {
  it.skipIf(ort === undefined)('hold on the row, and on whole and real points of its box', async () => {
    const source = sfc32(7);
    const random = () => uniform(source);
    let asked = 0;
    for (const [at, model] of models.entries()) {
      const vote: CountingRule = at % 2 === 0 ? 'paper' : 'recursive';
      const judge = new EnsembleClassifier(model);
      const rows = certifiedRows(judge, exampleRows(modelFront(model), model.scaling, 20), vote, 2);
      const files = toProperties(model, vote, rows, 'm');
      expect(files.at(-1)?.content.toString().trim().split('\n').filter(Boolean)).toHaveLength(rows.length);
      const network = await leadersOf(files[0]);
      for (const [k, row] of rows.entries()) {
        const { low, high, isRefuted, ways } = readProperty(String(files[1 + k].content));
        expect(ways).toHaveLength(model.classes.length);
        expect(low).toHaveLength(row.inputs.length);
        for (let trial = 0; trial < 6; trial++) {
          const x = Float32Array.from(row.inputs, (value, i) => {
            if (trial === 0) return value;
            if (trial % 2 === 1) return random() < 0.5 ? low[i] : high[i];
            return low[i] + Math.fround(random()) * (high[i] - low[i]);
          });
          expect(isRefuted(await network.ask(x)), `model ${at}, row ${row.row}, trial ${trial}`).toBe(false);
          asked++;
        }
        // The same answer would refute a certificate of any other class.
        expect(ways.filter(({ output }) => output !== row.label)).toHaveLength(model.classes.length - 1);
      }
      await network.release();
    }
    expect(asked).toBeGreaterThan(40);
  });

  it.skipIf(ort === undefined)('are refuted by an input with another label', async () => {
    const model = models[0];
    const judge = new EnsembleClassifier(model);
    const rows = exampleRows(modelFront(model), model.scaling, 60);
    const [first] = certifiedRows(judge, rows, 'paper', 1);
    const others = certifiedRows(judge, rows, 'paper', 60).filter(({ label }) => label !== first.label);
    expect(others.length).toBeGreaterThan(0);
    const [network, text] = toProperties(model, 'paper', [first], 'm');
    const { isRefuted } = readProperty(String(text.content));
    const runtime = await leadersOf(network);
    expect(isRefuted(await runtime.ask(Float32Array.from(first.inputs)))).toBe(false);
    expect(isRefuted(await runtime.ask(Float32Array.from(others[0].inputs)))).toBe(true);
    await runtime.release();
  });
});
