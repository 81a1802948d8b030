import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { freshEngine } from '../../../engine/support.js';
import { firstNumbers, judgeShaped } from '../../../support/shaped.js';

/*
 * Level B with room for eight or sixteen nodes: it goes depth first, its pool is full all the same, and what is given up then stays in the bound. The
 * numbers beyond the first ones are problems that were ended too soon where it was forgotten.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('the tree over weights in next to no memory', () => {
  it('is right, and often at its end', { timeout: 120_000 }, () => {
    const looks = judgeShaped(engine, 'full', [...firstNumbers(60), 121, 133, 152, 170, 209, 308, 324, 406]);
    expect(looks.enumerated).toBeGreaterThan(60);
    expect(looks.proved).toBeGreaterThan(40);
  });
});
