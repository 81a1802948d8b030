import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../verify/proof/support.js';
import { type Opened, openChecked, pointsOf, wholeNumbers } from '../support.js';
import { loadNeuron, MOST, marginOf, type Neuron, type RelaxDoor, signedSum } from './door.js';

/*
 * Exact bounds from any multipliers: the inequality evaluated again in BigInt, and what it claims held against all points of
 * the boxes. Multipliers are random, so nothing rests on a relaxation having been solved.
 */

let open: Opened<RelaxDoor>;
beforeAll(async () => {
  open = await openChecked<RelaxDoor>();
}, 120_000);

const abs = (x: bigint) => (x < 0n ? -x : x);
const floorDivide = (a: bigint, b: bigint) => a / b - (a % b < 0n ? 1n : 0n);
const range = (low: number, high: number) =>
  Array.from({ length: high - low + 1 }, (_, v) => BigInt(low + v));
const best = (values: readonly bigint[], better: (a: bigint, b: bigint) => boolean) =>
  values.reduce((a, b) => (better(b, a) ? b : a));

/** Random multipliers, some of them negative or on rows without a side: neither may count. */
function putMultipliers(seed: number, neuron: Neuron): number {
  const random = randomOf(31 * seed);
  const at = open.door.reserve(8 * neuron.rows.length);
  const size = 10 ** (Math.floor(random() * 7) - 3);
  new Float64Array(open.memory.buffer, at, neuron.rows.length).set(
    neuron.rows.map((_, k) => (k > 0 && random() < 0.2 ? -1 : k > 0 && random() < 0.3 ? 0 : size * random())),
  );
  return at;
}

/** The rounded multipliers, their sum, and the combined direction. */
function combined({ rows, sides, inputs }: Neuron) {
  const lambda = [
    ...new BigInt64Array(open.memory.buffer, open.door.multipliers.value as number, rows.length),
  ];
  const d = Array.from({ length: inputs }, (_, i) =>
    lambda.reduce((sum, l, k) => sum + l * BigInt(sides[k] * rows[k][i]), 0n),
  );
  return { lambda, d, total: lambda.reduce((sum, l) => sum + l, 0n) };
}

function boxesNow({ inputs }: Neuron) {
  const { door, memory } = open;
  return {
    low: [...new Int16Array(memory.buffer, door.boxLower.value as number, inputs)],
    high: [...new Int16Array(memory.buffer, door.boxUpper.value as number, inputs)],
  };
}

const inside = (w: readonly number[], { low, high }: { low: readonly number[]; high: readonly number[] }) =>
  w.every((v, i) => v >= low[i] && v <= high[i]);

const SHAPES = [
  { inputs: 5, rows: 4, bound: 1, top: 9, linf: 0 },
  { inputs: 4, rows: 6, bound: 2, top: 255, linf: 0 },
  { inputs: 3, rows: 3, bound: 3, top: 127, linf: 0 },
  { inputs: 5, rows: 5, bound: 1, top: 100, linf: 7 },
  { inputs: 4, rows: 3, bound: 2, top: 20, linf: 2 },
];

describe.each(SHAPES)('$inputs inputs, $rows rows, P = $bound, radius $linf', (shape) => {
  it('max-min: the bound is the inequality, no point exceeds it, no box loses a point above the cut', () => {
    let shrunk = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      const bound = open.door.maxMinBound(putMultipliers(seed, neuron), neuron.sidesAt, MOST);
      const { lambda, d, total } = combined(neuron);
      lambda.forEach((l, k) => {
        expect(l >= 0n && (neuron.sides[k] !== 0 || l === 0n)).toBe(true);
      });
      const toll = BigInt(neuron.radius) * total;
      const reach = d.reduce(
        (sum, di, i) =>
          sum +
          best(
            range(neuron.low[i], neuron.high[i]).map((v) => di * v - toll * abs(v)),
            (a, b) => a > b,
          ),
        0n,
      );
      const minus = lambda.reduce((sum, l, k) => sum + (neuron.sides[k] < 0 ? l : 0n), 0n);
      expect(BigInt(bound)).toBe(
        floorDivide(BigInt(neuron.scale) * reach - BigInt(neuron.epsilon) * minus, total),
      );
      const points = [...pointsOf(neuron.low, neuron.high)].map((w) => ({ w, margin: marginOf(neuron, w) }));
      for (const { margin } of points) expect(margin).toBeLessThanOrEqual(bound);
      const margins = points.map(({ margin }) => margin).sort((a, b) => a - b);
      const cut = margins[Math.floor(margins.length * 0.8)];
      for (let i = 0; i < shape.inputs; i++) shrunk += open.door.reducedCostBox(i, cut);
      const boxes = boxesNow(neuron);
      for (const { w, margin } of points) if (margin > cut) expect(inside(w, boxes)).toBe(true);
    }
    expect(shrunk > 0).toBe(shape.linf === 0); // with a radius the bound is not linear in the weight
  });

  it('cover: the same for the fewest non-zeros that reach what is required', () => {
    let shrunk = 0;
    let unreachable = 0;
    for (let seed = 101; seed <= 140; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      const whole = wholeNumbers(randomOf(17 * seed));
      const required = neuron.rows.map(() => whole(-2, 2 * shape.top));
      const requiredAt = open.door.reserve(4 * required.length);
      new Int32Array(open.memory.buffer, requiredAt, required.length).set(required);
      const raw = putMultipliers(seed, neuron);
      const bound = open.door.coverBound(raw, neuron.sidesAt, requiredAt);
      const { lambda, d, total } = combined(neuron);
      const scale = open.door.multiplierScale();
      const toll = BigInt(neuron.radius) * total;
      const least = d.reduce(
        (sum, di, i) =>
          sum +
          best(
            range(neuron.low[i], neuron.high[i]).map((v) => (v === 0n ? 0n : scale - di * v + toll * abs(v))),
            (a, b) => a < b,
          ),
        lambda.reduce((sum, l, k) => sum + l * BigInt(required[k]), 0n),
      );
      const exact = -floorDivide(-least, scale);
      expect(BigInt(bound)).toBe(best([0n, best([exact, BigInt(MOST)], (a, b) => a < b)], (a, b) => a > b));
      const reaching = [...pointsOf(neuron.low, neuron.high)].filter((w) =>
        neuron.sides.every((side, k) => side === 0 || signedSum(neuron, w, k) >= required[k]),
      );
      const nonzeros = (w: readonly number[]) => w.filter((v) => v !== 0).length;
      for (const w of reaching) expect(nonzeros(w)).toBeGreaterThanOrEqual(bound);
      const fewer = shape.inputs;
      for (let i = 0; i < shape.inputs; i++) shrunk += open.door.coverCostBox(i, fewer);
      const boxes = boxesNow(neuron);
      for (const w of reaching) if (nonzeros(w) < fewer) expect(inside(w, boxes)).toBe(true);
      neuron.low.forEach((low, i) => {
        open.door.setBounds(i, low, neuron.high[i]);
      });
      if (open.door.provesUnreachable(raw, neuron.sidesAt, requiredAt)) {
        unreachable++;
        expect(reaching).toEqual([]);
      }
    }
    expect(shrunk).toBeGreaterThan(0);
    expect(unreachable).toBeGreaterThan(0);
  });
});

describe('at the edge', () => {
  it('reduced costs keep exactly the values with which the bound exceeds the cut', () => {
    let atEdge = 0;
    for (const shape of SHAPES.filter(({ linf }) => linf === 0)) {
      for (let seed = 1; seed <= 40; seed++) {
        const neuron = loadNeuron(open, seed, shape);
        const bound = open.door.maxMinBound(putMultipliers(seed, neuron), neuron.sidesAt, MOST);
        const { lambda, d, total } = combined(neuron);
        const reach = d.reduce(
          (sum, di, i) => sum + di * BigInt(di > 0n ? neuron.high[i] : neuron.low[i]),
          0n,
        );
        const minus = lambda.reduce((sum, l, k) => sum + (neuron.sides[k] < 0 ? l : 0n), 0n);
        const withValue = (i: number, v: bigint) => {
          const lost = abs(d[i]) * abs(BigInt(d[i] > 0n ? neuron.high[i] : neuron.low[i]) - v);
          return floorDivide(BigInt(neuron.scale) * (reach - lost) - BigInt(neuron.epsilon) * minus, total);
        };
        const bounds = range(neuron.low[0], neuron.high[0]).map((v) => withValue(0, v));
        for (const near of [...bounds, BigInt(bound) - 1n]) {
          const cut = Number(near) - 1; // a value is worth one more
          if (cut >= bound) continue;
          for (let i = 0; i < shape.inputs; i++) {
            open.door.reducedCostBox(i, cut);
            const kept = range(neuron.low[i], neuron.high[i]).filter((v) => withValue(i, v) > BigInt(cut));
            const { low, high } = boxesNow(neuron);
            expect([BigInt(low[i]), BigInt(high[i])]).toEqual([kept[0], kept[kept.length - 1]]);
            if (kept.some((v) => withValue(i, v) === near)) atEdge++;
            open.door.setBounds(i, neuron.low[i], neuron.high[i]);
          }
        }
      }
    }
    expect(atEdge).toBeGreaterThan(100);
  });

  it('what is just in reach is not out of it, one more is', () => {
    let looked = 0;
    for (const shape of SHAPES) {
      for (let seed = 1; seed <= 10; seed++) {
        const neuron = loadNeuron(open, seed, shape);
        const first = neuron.sides.findIndex((side) => side !== 0);
        if (first < 0) continue;
        const raw = open.door.reserve(8 * neuron.rows.length);
        new Float64Array(open.memory.buffer, raw, neuron.rows.length).fill(1);
        const requiredAt = open.door.reserve(4 * neuron.rows.length);
        // All sided rows weigh the same, so what the boxes reach is a whole number of that weight.
        const toll = neuron.sides.filter((side) => side !== 0).length * neuron.radius;
        let reach = 0;
        for (let i = 0; i < shape.inputs; i++) {
          const d = neuron.sides.reduce((sum, side, k) => sum + side * neuron.rows[k][i], 0);
          const worth = range(neuron.low[i], neuron.high[i]).map(
            (v) => d * Number(v) - toll * Math.abs(Number(v)),
          );
          reach += Math.max(...worth);
        }
        for (const more of [0, 1]) {
          const required = new Int32Array(open.memory.buffer, requiredAt, neuron.rows.length).fill(0);
          required[first] = reach + more;
          expect(!!open.door.provesUnreachable(raw, neuron.sidesAt, requiredAt)).toBe(more === 1);
          looked++;
        }
      }
    }
    expect(looked).toBeGreaterThan(50);
  });
});

describe('the checked build', () => {
  it('stops at a certificate of narrower boxes, and at a box that is none', () => {
    const { door } = open;
    const neuron = loadNeuron(open, 3, { ...SHAPES[0], wide: true });
    for (let i = 0; i < neuron.inputs; i++) door.setBounds(i, 0, 0);
    door.maxMinBound(putMultipliers(3, neuron), neuron.sidesAt, MOST);
    door.resetBoxes();
    const narrowAll = () => neuron.low.map((_, i) => door.reducedCostBox(i, 0));
    expect(narrowAll).toThrow();
    expect(() => door.setBounds(0, 1, 0)).toThrow();
    expect(() => door.setBounds(0, 0, 2)).toThrow();
  });
});

describe('a cut in the bound', () => {
  const MOST_REACH = 1n << 62n;
  const MOST_TOTAL = 1n << 31n;

  /** One cut with its multiplier, and what the bound makes of it: taken into the inequality, or left out. */
  function boundWith(seed: number, shape: (typeof SHAPES)[number], size: number) {
    const { door, memory } = open;
    const neuron = loadNeuron(open, seed, shape);
    const whole = wholeNumbers(randomOf(41 * seed + size));
    door.measureInputs();
    const raw = putMultipliers(seed, neuron);
    const alpha = Array.from({ length: neuron.inputs }, () => whole(-(2 ** size), 2 ** size));
    const [gamma, beta] = [whole(0, 2 ** whole(0, 26)), whole(-(2 ** 40), 2 ** whole(0, 40))];
    new Int32Array(memory.buffer, door.alphaRow(0), neuron.inputs).set(alpha);
    door.setCut(0, BigInt(gamma), BigInt(beta));
    const real = 10 ** whole(-9, 3);
    new Float64Array(memory.buffer, door.cutMultipliers.value as number, 1)[0] = real;
    door.useCuts(1);
    const bound = door.maxMinBound(raw, neuron.sidesAt, MOST);
    door.useCuts(0);
    const { lambda, d, total } = combined(neuron);
    const factor = BigInt(Math.round(real * Number(door.multiplierScale())));
    const minus = lambda.reduce((sum, l, k) => sum + (neuron.sides[k] < 0 ? l : 0n), 0n);
    const value = (taken: bigint) => {
      const reach = d.reduce((sum, di, i) => {
        const ends = [neuron.low[i], neuron.high[i]].map((v) => (di + taken * BigInt(alpha[i])) * BigInt(v));
        return sum + best(ends, (a, b) => a > b);
      }, -taken * BigInt(beta));
      const sum = total + taken * BigInt(gamma);
      if (sum === 0n) return MOST;
      const exact = floorDivide(BigInt(neuron.scale) * reach - BigInt(neuron.epsilon) * minus, sum);
      return exact > BigInt(MOST) ? MOST : Number(exact < -2147483648n ? -2147483648n : exact);
    };
    const entries = BigInt(Math.max(1, ...neuron.rows.flat().map(Math.abs)));
    const rows = total * BigInt(neuron.scale * neuron.inputs * shape.bound) * entries;
    const ofCut = alpha.reduce((sum, a) => sum + BigInt(shape.bound) * abs(BigInt(a)), abs(BigInt(beta)));
    const fits =
      rows + BigInt(neuron.scale) * factor * ofCut <= MOST_REACH &&
      total + factor * BigInt(gamma) <= MOST_TOTAL;
    return { bound, value, factor, fits };
  }

  it('counts where its exact products fit, and is left out where they could overflow', () => {
    let taken = 0;
    let left = 0;
    for (let seed = 201; seed <= 320; seed++) {
      for (const size of [0, 8, 20, 26]) {
        const { bound, value, factor, fits } = boundWith(seed, SHAPES[seed % 3], size);
        expect(bound).toBe(value(fits ? factor : 0n));
        if (factor === 0n || value(factor) === value(0n)) continue;
        if (fits) taken++;
        else left++;
      }
    }
    expect(taken).toBeGreaterThan(20);
    expect(left).toBeGreaterThan(20);
  });
});
