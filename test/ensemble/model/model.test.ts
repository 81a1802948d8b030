import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentChecksum } from '../../../src/ensemble/model/checksum.js';
import { modelToDocument } from '../../../src/ensemble/model/model.js';
import { readModel } from '../../../src/ensemble/model/read.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { InputError } from '../../../src/errors.js';
import { anyModel, modelOf, neuron } from '../support.js';
import { type Schema, violation } from './json-schema.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../src/model.schema.json', import.meta.url), 'utf8'),
) as Schema;

type Json = Record<string, unknown>;

/** A small valid model as parsed JSON, to be spoilt. */
function sample(): Json {
  const networks = [neuron(1, 0, -1), neuron(0, 0, 1), null];
  const model = modelOf(['a', 'b', 'c'], [3, 1], 1, networks, { width: 3, height: 1 });
  return JSON.parse(JSON.stringify(modelToDocument(model))) as Json;
}

/** Sets a value by its path, and makes the checksum fit again. */
function spoilt(path: string, value: unknown): Json {
  const document = sample();
  const keys = path.split('.');
  let at = document as Json;
  for (const key of keys.slice(0, -1)) at = at[key] as Json;
  const last = keys[keys.length - 1];
  if (value === undefined) delete at[last];
  else at[last] = value;
  return { ...document, checksum: documentChecksum(document) };
}

function refusal(input: unknown): string {
  try {
    readModel(input, 'my.json');
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a saved model', () => {
  it('comes back with the same content and predicts the same', () => {
    const cases = anyModel.chain((model) =>
      fc.tuple(
        fc.constant(model),
        fc.array(
          fc.array(fc.integer({ min: -99, max: 300 }), {
            minLength: model.layers[0],
            maxLength: model.layers[0],
          }),
          { minLength: 1, maxLength: 5 },
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([model, samples]) => {
        const saved = new EnsembleClassifier(model);
        const text = JSON.stringify(saved);
        const loaded = EnsembleClassifier.load(text);
        expect(loaded.model).toEqual(model);
        expect(JSON.stringify(loaded)).toBe(text);
        for (const vote of ['paper', 'recursive'] as const) {
          expect(loaded.predict(samples, { vote })).toEqual(saved.predict(samples, { vote }));
        }
        for (const row of samples) expect(loaded.decisions(row)).toEqual(saved.decisions(row));
      }),
    );
  });

  it('fits the published schema', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        expect(violation(schema, JSON.parse(JSON.stringify(modelToDocument(model))))).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it('stays readable when a tool has reordered and indented it, and with fields it does not know', () => {
    const document = { later: { addition: 1 }, ...sample() };
    const reordered = Object.fromEntries(
      Object.entries({ ...document, checksum: documentChecksum(document) }).reverse(),
    );
    const loaded = EnsembleClassifier.load(JSON.stringify(reordered, null, 4));
    expect(loaded.classes).toEqual(['a', 'b', 'c']);
  });

  it('is small: 45 networks of [784, 4, 4, 1] with half their weights set stay under 400 kB', () => {
    // A fixed mixture of 0, +1 and -1 without runs: about the worst case of the text form.
    const weight = (n: number): number => [0, 1, -1, 0, 1, 0, -1][(n * n + 3 * n) % 7];
    const layers = [784, 4, 4, 1];
    const weights = layers
      .slice(1)
      .map((size, l) =>
        Array.from({ length: size }, (_, j) =>
          Array.from({ length: layers[l] }, (_, i) => weight(i + 5 * j)),
        ),
      );
    const network = { layers, weightBound: 1, weights };
    const classes = Array.from({ length: 10 }, (_, c) => String(c));
    const model = modelOf(classes, layers, 1, new Array(45).fill(network));
    expect(JSON.stringify(new EnsembleClassifier(model)).length).toBeLessThan(400_000);
  });

  it('does nothing with a key named __proto__', () => {
    const text = JSON.stringify(sample()).replace('{', '{"__proto__":{"polluted":1},');
    const document = JSON.parse(text) as Json;
    const sum = documentChecksum(document);
    EnsembleClassifier.load(text.replace(/"checksum":"[^"]*"/, `"checksum":"${sum}"`));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a spoilt model is refused in one line that names the field', () => {
  const cases: [string, string, unknown, RegExp][] = [
    ['another format', 'format', 'onnx', /^my\.json: format is "onnx", expected "fewbit-model"$/],
    [
      'a later version',
      'version',
      4,
      /^my\.json: version 4 is none of 1, 2, 3; use the fewbit that wrote it$/,
    ],
    ['a version that has features, without any', 'version', 2, /^my\.json: features: expected an object/],
    ['a version that is a text', 'version', '1', /version "1"/],
    ['one class', 'classes', ['a'], /classes: 1 classes/],
    ['a class twice', 'classes', ['a', 'b', 'a'], /classes: "a" is there twice/],
    ['a class that is a number', 'classes', ['a', 'b', 3], /classes\[2\]: expected a text, got 3/],
    ['too many classes', 'classes', Array.from({ length: 1001 }, (_, c) => `${c}`), /more than 499500 pairs/],
    ['a class too few for the pairs', 'classes', ['a', 'b'], /pairs: expected 1 entries, got 3/],
    ['no layers', 'layers', undefined, /layers/],
    ['a layer of zero', 'layers', [3, 0, 1], /layers: entry 1/],
    ['seventeen layers', 'layers', [3, ...new Array(16).fill(1), 1], /layers: 17 weight layers/],
    ['a gigantic layer', 'layers', [3, 1e9, 1], /layers: entry 1/],
    ['two outputs', 'layers', [3, 2], /exactly 1/],
    ['other layers than the weights', 'layers', [3, 2, 1], /pairs\[0\]\.weights: expected 2 entries, got 1/],
    ['a weight bound of zero', 'weightBound', 0, /weightBound: must be an integer in 1\.\.127/],
    ['no scaling', 'scaling', undefined, /scaling: expected an object/],
    ['an unknown scaling', 'scaling', { kind: 'eval' }, /scaling: kind: must be/],
    [
      'a scaling of other columns',
      'scaling',
      { kind: 'centred', middle: [0], half: [1] },
      /scaling: fits 1 columns, but the networks have 3/,
    ],
    [
      'an image of another size',
      'image',
      { width: 2, height: 2 },
      /image: 2 x 2 pixels, but the networks have 3/,
    ],
    ['too few column names', 'columns', ['x'], /columns: expected 3 entries, got 1/],
    ['no training', 'training', null, /training: expected an object, got null/],
    ['a training without a seed', 'training.seed', undefined, /training\.seed: missing/],
    [
      'half an affine group',
      'training.perturb.affine',
      { rotate: 3 },
      /training: perturb.affine.copies: must be/,
    ],
    ['a training of unknown stages', 'training.stages', ['xx'], /training: stages: unknown stage "xx"/],
    ['no fingerprint', 'data.fingerprint', 5, /data\.fingerprint: expected a text, got 5/],
    ['no samples', 'data.samples', 0, /data\.samples: expected a whole number >= 1, got 0/],
    ['pairs that are no list', 'pairs', { length: 3 }, /pairs: expected a list, got an object/],
    ['a pair that is null', 'pairs.1', null, /pairs\[1\]: expected an object, got null/],
    ['pairs out of order', 'pairs.0.classes', ['b', 'a'], /pairs\[0\]\.classes: expected \["a","b"\]/],
    ['a wrong count of weights', 'pairs.0.nonzero', 3, /pairs\[0\]\.nonzero: 3, counted 2/],
    ['a wrong count of links', 'pairs.0.links', 4, /pairs\[0\]\.links: 4, counted 3/],
    [
      'weights that are numbers',
      'pairs.0.weights',
      [[[1, 0, -1]]],
      /weights\[0\]\[0\]: expected a text, got an array/,
    ],
    ['a weight out of range', 'pairs.0.weights', [['b2']], /weights\[0\]\[0\]\[0\]: 2 is outside -1\.\.1/],
    ['a weight too few', 'pairs.0.weights', [['+1']], /2 weights, expected 3/],
    ['a run of zeros that would fill the memory', 'pairs.0.weights', [['9000000000']], /more than 3 weights/],
    ['a neuron too many', 'pairs.0.weights', [['3', '3']], /weights\[0\]: expected 1 entries, got 2/],
    ['code in place of weights', 'pairs.0.weights', [['$' + '{exit()}']], /unknown character "\$"/],
    [
      'an unknown status',
      'pairs.0.stages.0.status',
      'perfect',
      /stages\[0\]\.status: expected one of optimal/,
    ],
    ['a gap that is a text', 'pairs.0.stages.0.gap', '0', /stages\[0\]\.gap: expected a number or null/],
    ['negative work', 'pairs.0.stages.0.work', -1, /stages\[0\]\.work: expected a whole number >= 0/],
  ];
  it.each(cases)('%s', (_, path, value, message) => {
    const found = refusal(spoilt(path, value));
    expect(found).toMatch(message);
    expect(found).toMatch(/^my\.json: /);
    expect(found).not.toContain('\n');
  });

  it('a schema violation too, for what a schema can see', () => {
    const invisible =
      /twice for|order|count|of other|another size|few|many|two outputs|would fill|out of range|other layers|without any/;
    for (const [name, path, value] of cases) {
      if (invisible.test(name)) continue;
      expect(violation(schema, spoilt(path, value)), name).not.toBeNull();
    }
  });

  it('a changed weight, label or any single character', () => {
    const text = JSON.stringify(sample());
    const at = text.indexOf('"+1-"');
    expect(at).toBeGreaterThan(0);
    const edited = text.replace('"+1-"', '"-1+"');
    expect(refusal(edited)).toBe(
      'my.json: the checksum does not fit the content; the file is damaged or was edited',
    );
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('0', 'x', ' ', '"', '{'),
        (position, character) => {
          const changed = text.slice(0, position) + character + text.slice(position + 1);
          let same = false;
          try {
            same = JSON.stringify(JSON.parse(changed)) === text;
          } catch {}
          if (!same) expect(refusal(changed)).not.toBe('accepted');
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['nothing', '', /no JSON/],
    ['a truncated file', JSON.stringify(sample()).slice(0, 300), /no JSON/],
    ['HTML', '<html>403</html>', /no JSON/],
    ['a list', '[]', /expected an object, got an array of 0/],
    ['null', 'null', /expected an object, got null/],
    ['a number', 12, /expected an object, got 12/],
    ['undefined', undefined, /expected an object, got undefined/],
    ['no checksum', { ...sample(), checksum: undefined }, /checksum: expected a text/],
    [
      'deep nesting',
      { ...sample(), extra: JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`) },
      /nested deeper/,
    ],
  ])('%s', (_, input, message) => {
    expect(refusal(input)).toMatch(message);
  });

  it('declared sizes beyond the limits, before anything of that size exists', () => {
    const classes = Array.from({ length: 100 }, (_, c) => `c${c}`);
    const document = { ...sample(), classes, layers: [65536, 255, 1], image: undefined, pairs: [] };
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    expect(refusal({ ...document, checksum: documentChecksum(document) })).toMatch(
      /4950 networks of \d+ weights are more than 67108864 in total/,
    );
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    expect(after - before).toBeLessThan(20e6);
    expect(() => readModel(JSON.stringify(sample()), 'm', { characters: 10 })).toThrow(
      /more than the limit of 10/,
    );
    expect(() => readModel(sample(), 'm', { pairs: 2 })).toThrow(/3 classes are more than 2 pairs/);
    expect(() => readModel(sample(), 'm', { weights: 8 })).toThrow(/more than 8 in total/);
  });
});
