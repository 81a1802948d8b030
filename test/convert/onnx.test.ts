import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/convert/answers.js';
import { exampleRows } from '../../src/convert/examples.js';
import { modelFront } from '../../src/convert/front.js';
import { onnxRows, toOnnx } from '../../src/convert/onnx/index.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import type { VoteRule } from '../../src/ensemble/types.js';
import { featureModels, someModels } from './models.js';

const ort = await import('onnxruntime-web').catch(() => undefined);
if (ort !== undefined) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
}

async function answersOf(model: EnsembleModel, rows: readonly ArrayLike<number>[], vote: VoteRule) {
  if (ort === undefined) throw new Error('no runtime');
  const [{ content }] = toOnnx(model, { name: 'm', vote });
  const session = await ort.InferenceSession.create(content as Uint8Array, {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
  });
  const x = new ort.Tensor('float32', Float32Array.from(rows.flatMap((row) => Array.from(row))), [
    rows.length,
    rows[0].length,
  ]);
  const { label, votes } = await session.run({ x });
  await session.release();
  return {
    label: Array.from(label.data as BigInt64Array, Number),
    votes: Array.from(votes.data as Int32Array),
  };
}

describe('ONNX', { timeout: 240_000 }, () => {
  it.skipIf(ort === undefined)('answers as the library does, whatever the model', async () => {
    const faults: string[] = [];
    for (const [at, model] of [...someModels(40, 21), ...featureModels(4, 22)].entries()) {
      if (model.pairs.every(({ network }) => network === null)) continue;
      const isDeep = model.layers.length > 3 && model.layers[1] > 12;
      const vote = (['paper', 'recursive', isDeep ? 'paper' : 'margin'] as const)[at % 3];
      const front = modelFront(model);
      const rows = exampleRows(front, model.scaling, 50);
      const judge = new EnsembleClassifier(model);
      const found = await answersOf(model, rows.map(onnxRows(model)), vote);
      const known = rows.map((row) => answerOf(judge, row, row, vote));
      if (String(found.label) !== String(known.map(({ label }) => label))) faults.push(`model ${at}: labels`);
      if (String(found.votes) !== String(known.flatMap(({ votes }) => votes)))
        faults.push(`model ${at}: votes`);
    }
    expect(faults).toEqual([]);
  });

  it('says which whole numbers it holds where it is asked to', () => {
    const [model] = featureModels(1, 22);
    expect(model.layers).toEqual([48, 3, 1]);
    const textOf = (qonnx: boolean): string =>
      new TextDecoder('latin1').decode(toOnnx(model, { name: 'm', qonnx })[0].content as Uint8Array);
    const [plain, annotated] = [textOf(false), textOf(true)];
    expect(plain).not.toContain('finn_datatype');
    const types = [...annotated.matchAll(/finn_datatype[^A-Z]+(BIPOLAR|TERNARY|U?INT\d+)/g)].map(
      ([, type]) => type,
    );
    // Features, first weights, sums; signs, upper weights, answers; votes of three classes.
    expect(types).toEqual(['INT9', 'TERNARY', types[2], 'BIPOLAR', 'TERNARY', 'BIPOLAR', 'UINT2']);
    expect(types[2]).toMatch(/^INT1[2-5]$/);
  });
});
