import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/convert/answers.js';
import { exampleRows } from '../../src/convert/examples.js';
import { modelFront } from '../../src/convert/front.js';
import { onnxRows, toOnnx } from '../../src/convert/onnx/index.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { featureModels, someModels } from './models.js';

const ort = await import('onnxruntime-web').catch(() => undefined);
if (ort !== undefined) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
}

async function answersOf(
  model: EnsembleModel,
  rows: readonly ArrayLike<number>[],
  vote: 'paper' | 'recursive',
) {
  if (ort === undefined) throw new Error('no runtime');
  const [{ content }] = toOnnx(model, { name: 'm', vote });
  const session = await ort.InferenceSession.create(content as Uint8Array, { executionProviders: ['wasm'] });
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
      const vote = at % 2 === 0 ? 'paper' : 'recursive';
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
});
