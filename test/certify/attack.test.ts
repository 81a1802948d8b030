import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Attacker, attackNetwork, certifyNetwork } from '../../src/certify/index.js';
import { outputSign } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';
import { answersWithin, anyCase, distance } from './networks.js';

/** The attack without the certificate's help: it looks within the certified radius too. */
function blindAttack(network: Network, row: Int32Array, answer: number, maxRadius: number) {
  const attacker = new Attacker([network], row.length);
  return attacker.smallest(row, [(answers) => (answers[0] === answer ? [0] : null)], 0, { maxRadius });
}

describe('an input that does not fit', () => {
  const network: Network = { layers: [2, 1], weightBound: 1, weights: [[[1, -1]]] };
  it.each([
    [[5], 'input: 1 values, but the network has 2 inputs'],
    [[5, 1, 1], 'input: 3 values, but the network has 2 inputs'],
    [[5, Number.NaN], 'input[1]: expected a whole number, got NaN'],
    [[0.5, 1], 'input[0]: expected a whole number, got 0.5'],
  ])('is refused: %j', (input, message) => {
    expect(() => certifyNetwork(network, input)).toThrow(message);
    expect(() => attackNetwork(network, input)).toThrow(message);
  });
});

describe('attackNetwork', () => {
  it('finds the closest other answer of one layer exactly', () => {
    fc.assert(
      fc.property(
        anyCase(
          [
            [1, 1],
            [4, 1],
            [9, 1],
          ],
          60,
        ),
        ({ network, row }) => {
          const { answer, radius } = certifyNetwork(network, row);
          const found = attackNetwork(network, row);
          if (radius === Number.POSITIVE_INFINITY) {
            expect(found).toBeNull();
            return;
          }
          expect(found?.radius).toBe(radius + 1);
          expect(outputSign(network, found?.input ?? [])).toBe(-answer);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never succeeds within a certified radius, and what it finds is what it says', () => {
    let found = 0;
    let tight = 0;
    const shapes = [
      [2, 2, 1],
      [5, 3, 1],
      [9, 4, 4, 1],
      [6, 5, 2, 1],
      [8, 4, 3, 2, 1],
    ];
    fc.assert(
      fc.property(anyCase(shapes, 99), fc.nat(), ({ network, row }, seed) => {
        const { answer, radius } = certifyNetwork(network, row);
        expect(blindAttack(network, row, answer, Math.min(radius, 255))).toBeNull();
        const attack = attackNetwork(network, row, { seed });
        if (attack === null) return;
        found++;
        const blind = blindAttack(network, row, answer, 255);
        if (blind !== null) expect(blind.radius).toBeGreaterThan(radius);
        if (attack.radius === radius + 1) tight++;
        expect(attack.radius).toBeGreaterThan(radius);
        expect(attack.radius).toBe(distance(attack.input, row));
        expect(outputSign(network, attack.input)).toBe(-answer);
        expect(attackNetwork(network, row, { seed })).toEqual(attack);
      }),
      { numRuns: 2000 },
    );
    expect(found).toBeGreaterThan(600);
    expect(tight / found).toBeGreaterThan(0.5);
  });

  it('finds what enumeration finds on tiny inputs, nearly always', () => {
    let there = 0;
    let seen = 0;
    fc.assert(
      fc.property(
        anyCase(
          [
            [2, 2, 1],
            [2, 3, 2, 1],
          ],
          6,
        ),
        ({ network, row }) => {
          const closest = [1, 2, 3, 4, 5].find((radius) => answersWithin(network, row, radius).size === 2);
          const attack = attackNetwork(network, row, { maxRadius: 5 });
          if (closest === undefined) expect(attack).toBeNull();
          else {
            there++;
            if (attack?.radius === closest) seen++;
            expect(attack?.radius ?? 6).toBeGreaterThanOrEqual(closest);
          }
        },
      ),
      { numRuns: 500, seed: 4 },
    );
    expect(there).toBeGreaterThan(100);
    expect(seen / there).toBeGreaterThan(0.9);
  });

  it('keeps values within the clip, and the radius within its limit', () => {
    const network: Network = { layers: [3, 1], weightBound: 1, weights: [[[1, 1, -1]]] };
    // 0 + 200 - 20: unclipped 61 does it on three inputs; with values in 0..255 the first cannot move down.
    expect(attackNetwork(network, [0, 200, 20])?.radius).toBe(61);
    const clipped = attackNetwork(network, [0, 200, 20], { clip: [0, 255] });
    expect(clipped?.radius).toBe(91);
    expect(certifyNetwork(network, [0, 200, 20], { clip: [0, 255] })).toEqual({ answer: 1, radius: 90 });
    expect(Math.min(...(clipped?.input ?? [-1]))).toBeGreaterThanOrEqual(0);
    expect(attackNetwork(network, [0, 200, 20], { clip: [0, 255], maxRadius: 90 })).toBeNull();
    expect(attackNetwork(network, [0, 200, 20], { maxRadius: 60 })).toBeNull();
  });

  it('takes the clip for one about the inputs with their middle put back', () => {
    const network: Network = { layers: [3, 1], weightBound: 1, weights: [[[1, 1, -1]]] };
    const row = Int32Array.of(0, 200, 20);
    // Now the first can fall by 5, and the third rise by 255 - 20 - 150: 5 + r + 85 is at least 181 from 91 on.
    const attacker = new Attacker([network], 3, [5, 0, 150]);
    expect(attacker.read(row, [0, 255]).radii[0]).toBe(90);
    const found = attacker.smallest(row, [(now) => (now[0] === 1 ? [0] : null)], 0, { clip: [0, 255] });
    expect(found?.radius).toBe(91);
    expect(found?.input[0]).toBeGreaterThanOrEqual(-5);
    expect(found?.input[2]).toBeLessThanOrEqual(105);
    // Without a limit on the third: 5 + 2 r.
    expect(new Attacker([network], 3, [5, 0, 0]).read(row, [0, 255]).radii[0]).toBe(87);
  });
});
