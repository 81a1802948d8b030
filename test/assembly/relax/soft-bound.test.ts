import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { freshEngine } from '../../engine/support.js';
import { firstNumbers, judgeShaped } from '../../support/shaped.js';

/*
 * What costs fix under soft margins, at the last unit of a small loss: boxes that are narrower than the verifier's let a proof break off, and
 * weights that lose one unit less than the best would be lost.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('boxes narrowed by a soft bound', () => {
  it('are those of the verifier, and the optimum is in them', { timeout: 120_000 }, () => {
    const looks = judgeShaped(engine, 'softly', [...firstNumbers(40), 109, 200, 245, 300]);
    expect(looks.complete).toBeGreaterThan(40);
    expect(looks.enumerated).toBeGreaterThan(25);
  });
});
