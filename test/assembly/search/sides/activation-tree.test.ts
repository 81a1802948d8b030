import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { freshEngine } from '../../../engine/support.js';
import { firstNumbers, judgeShaped } from '../../../support/shaped.js';

/*
 * Level A of MM where nothing else serves: four first-layer neurons and more, more rows than a word has bits, layers that are not enumerated. Each
 * is held against brute force. The numbers beyond the first ones are problems that a planted fault was met by: a pair of rows bounded
 * by a third of its distance.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('the tree over sides', () => {
  it('is right with patterns and sets of them, and nodes that stand for both orientations', {
    timeout: 120_000,
  }, () => {
    const looks = judgeShaped(engine, 'broad', [...firstNumbers(140), 727]);
    expect(looks.enumerated).toBeGreaterThan(100);
    expect(looks.proved).toBeGreaterThan(80);
  });

  it('is right from nothing decided, where an untouched neuron may tell a pair apart', {
    timeout: 120_000,
  }, () => {
    const looks = judgeShaped(engine, 'tall', firstNumbers(100));
    expect(looks.enumerated).toBeGreaterThan(80);
    expect(looks.proved).toBeGreaterThan(50);
  });

  it('is right where the layers above are not enumerated: what is left open stays in the bound', {
    timeout: 120_000,
  }, () => {
    const looks = judgeShaped(engine, 'deep', [...firstNumbers(40), 111, 259, 284, 538, 675, 765, 1088]);
    expect(looks.enumerated).toBeGreaterThan(25);
  });
});
