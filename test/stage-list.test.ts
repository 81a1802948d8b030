import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comesBefore, isStageName, misplacedStage, STAGE_NAMES, STAGES } from '../src/stage-list.js';
import { CLAIMS } from '../src/verify/claims.js';

describe('the list of stages', () => {
  it('is in the order in which they are lexicographic', () => {
    expect(STAGE_NAMES).toEqual(['sm', 'mm', 'mw']);
    expect(comesBefore('sm', 'mw')).toBe(true);
    expect(comesBefore('mm', 'mm')).toBe(false);
    expect(comesBefore('mw', 'mm')).toBe(false);
  });

  it('knows its names, and nothing that an object has besides', () => {
    for (const value of ['SM', '', 'toString', 'constructor', 0, null, undefined, ['sm']])
      expect(isStageName(value), String(value)).toBe(false);
    expect(STAGE_NAMES.every(isStageName)).toBe(true);
  });

  it('finds the first entry that is out of place', () => {
    const entry = fc.constantFrom('sm', 'mm', 'mw', 'lm', 7);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const found = misplacedStage(entries);
        // The seven subsets in their order, and nothing at all, are all there is without a fault.
        const isFine = ['', 'sm', 'mm', 'mw', 'sm,mm', 'sm,mw', 'mm,mw', 'sm,mm,mw'].includes(entries.join());
        expect(found === undefined).toBe(isFine);
        if (found !== undefined) expect(found.isStage).toBe(isStageName(found.entry));
      }),
      { seed: 1 },
    );
    expect(misplacedStage(['mm', 'sm', 'lm'])).toEqual({ entry: 'sm', isStage: true });
    expect(misplacedStage(['mm', 'lm', 'sm'])).toEqual({ entry: 'lm', isStage: false });
    expect(misplacedStage(['mm', 'mm'])).toEqual({ entry: 'mm', isStage: true });
  });

  it('is what the schema of models allows', () => {
    const schema = readFileSync(new URL('../src/model.schema.json', import.meta.url), 'utf8');
    const lists = schema.match(/\{ "enum": \["sm"[^\]]*\] \}/g) ?? [];
    expect(lists).toHaveLength(2);
    for (const list of lists) expect(JSON.parse(list).enum).toEqual(STAGE_NAMES);
  });

  it('says of senses and figures what the judges have in a table of their own', () => {
    for (const stage of STAGE_NAMES) {
      for (const kind of ['paper', 'robust', 'soft'] as const)
        expect(CLAIMS[kind][stage].sense).toBe(STAGES[stage].sense);
      expect(CLAIMS.paper[stage].figure).toBe(STAGES[stage].unit);
    }
  });
});
