import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/testing/draws.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { type Setting, settingOf } from '../../../src/verify/proof/setting.js';
import { coversAll, type Triple } from '../../../src/verify/proof/upper-triples.js';

/* What is listed of the layers above, against all networks there are and all cells that samples could be in. */

function settingFor(layers: readonly number[], weightBound: number, labels: readonly number[]): Setting {
  const problem = problemOf([[1], [2]], labels, { layers: [1, ...layers], weightBound });
  return settingOf(problem, 'mm', [0, 1], { kind: 'correct' });
}

/** All layers above the first, as what they make of an input of +1 and -1 and the margins that they have there. */
function* networks(
  layers: readonly number[],
  P: number,
): Generator<(input: readonly number[]) => { output: number; margins: number[] }> {
  const [inputs, size, ...rest] = layers;
  if (size === undefined) {
    yield (input) => ({ output: input[0], margins: [] });
    return;
  }
  const weights = new Array<number>(inputs * size).fill(-P);
  for (;;) {
    const own = [...weights];
    for (const above of networks([size, ...rest], P))
      yield (input) => {
        const sums = Array.from({ length: size }, (_, j) =>
          input.reduce((sum, x, i) => sum + own[j * inputs + i] * x, 0),
        );
        const { output, margins } = above(sums.map((s) => (s < 0 ? -1 : 1)));
        return { output, margins: [...sums.map((s) => (s < 0 ? -10 * s - 1 : 10 * s)), ...margins] };
      };
    let at = 0;
    while (at < weights.length && weights[at] === P) weights[at++] = -P;
    if (at === weights.length) return;
    weights[at]++;
  }
}

/** The triples of all networks on all sets of cells, the greatest value of each. */
function allTriples(layers: readonly number[], P: number, mixed: boolean): Triple[] {
  const cells = 2 ** layers[0];
  const best = new Map<string, Triple>();
  for (const network of networks(layers, P)) {
    const answers = Array.from({ length: cells }, (_, cell) =>
      network(Array.from({ length: layers[0] }, (_i, j) => ((cell >> j) & 1 ? 1 : -1))),
    );
    for (let some = 1; some < 2 ** cells; some++) {
      let [plus, minus] = [0, 0];
      const least = answers[0].margins.map(() => Number.POSITIVE_INFINITY);
      for (const [cell, { output, margins }] of answers.entries()) {
        if (((some >> cell) & 1) === 0) continue;
        if (output > 0) plus |= 1 << cell;
        else minus |= 1 << cell;
        for (const [n, margin] of margins.entries()) least[n] = Math.min(least[n], margin);
      }
      if (mixed && (plus === 0 || minus === 0)) continue;
      const value = least.reduce((a, b) => a + b, 0);
      const known = best.get(`${plus} ${minus}`);
      if (known === undefined || known.value < value) best.set(`${plus} ${minus}`, { plus, minus, value });
    }
  }
  return [...best.values()];
}

function orders(size: number): number[][] {
  if (size === 0) return [[]];
  return orders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => [...order.slice(0, at), size - 1, ...order.slice(at)]),
  );
}

function inOrder({ plus, minus, value }: Triple, order: readonly number[]): Triple {
  const moved = (mask: number) => {
    let to = 0;
    for (let cell = 0; cell < 2 ** order.length; cell++) {
      if (((mask >> cell) & 1) === 0) continue;
      let image = 0;
      for (const [j, place] of order.entries()) if ((cell >> j) & 1) image |= 1 << place;
      to |= 1 << image;
    }
    return to;
  };
  return { plus: moved(plus), minus: moved(minus), value };
}

function isIn(a: Triple, b: Triple): boolean {
  return (a.plus & b.plus) === a.plus && (a.minus & b.minus) === a.minus && a.value <= b.value;
}

describe.each([
  { layers: [1, 1], P: 2 },
  { layers: [2, 1], P: 1 },
  { layers: [2, 1], P: 2 },
  { layers: [3, 1], P: 1 },
  { layers: [1, 2, 1], P: 1 },
  { layers: [2, 2, 1], P: 1 },
])('the functions of layers $layers at P = $P', ({ layers, P }) => {
  it.each([
    ['both labels', [1, -1]],
    ['one label', [1, 1]],
  ])('are listed or not, of %s', (_name, labels) => {
    const setting = settingFor(layers, P, labels);
    const all = allTriples(layers, P, labels[0] !== labels[1]);
    const places = orders(layers[0]);
    // Of those that include each other in some order one is enough.
    const needed: Triple[] = [];
    for (const one of all.sort((a, b) => b.value - a.value || b.plus + b.minus - a.plus - a.minus)) {
      const images = places.map((order) => inOrder(one, order));
      if (!needed.some((other) => images.some((image) => isIn(image, other)))) needed.push(one);
    }
    const imagesOf = needed.map((one) => places.map((order) => inOrder(one, order)));
    const covers = (list: readonly Triple[]) =>
      imagesOf.every((images) => images.some((image) => list.some((other) => isIn(image, other))));
    const draws = new Draws(layers.length, P);
    const seen = { yes: 0, no: 0 };
    const ask = (list: readonly Triple[]) => {
      const answer = covers(list);
      expect(coversAll(setting, list), JSON.stringify(list)).toBe(answer);
      seen[answer ? 'yes' : 'no']++;
    };
    ask(needed);
    ask([]);
    for (const [n, one] of needed.entries()) {
      if (n > 9) break;
      const image = inOrder(one, draws.pick(places));
      ask(needed.with(n, image));
      ask(needed.toSpliced(n, 1));
      ask(needed.with(n, { ...image, value: image.value - 1 }));
      ask(needed.with(n, { ...image, plus: image.plus & (image.plus - 1) }));
      ask(needed.with(n, { ...image, minus: image.minus & (image.minus - 1) }));
      ask(needed.with(n, { plus: image.plus | 1, minus: image.minus | 2, value: image.value + 1 }));
    }
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(0);
  });
});

describe('layers that are too large to be listed', () => {
  it.each([
    [[5, 1], 1],
    [[2, 5, 1], 1],
    [[1, 1, 1, 1], 1],
    [[4, 1], 127],
  ])('are refused: %j at P = %i', (layers, P) => {
    expect(() => coversAll(settingFor(layers, P, [1, -1]), [])).toThrow(
      'the upper layers are too large to be listed',
    );
  });
});
