import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../verify/proof/support.js';
import { loadNeuron, marginOf, type Neuron, type RelaxDoor, signedSum } from '../relax/door.js';
import { type Opened, openChecked, wholeNumbers } from '../support.js';

/*
 * The packing of signed columns and the tabu core against a model that knows neither columns nor f32; then the searches that
 * stand on them, held to what they say of the weights they return. Numbers are small enough for f32 to be exact.
 */

interface Door extends RelaxDoor {
  packAll(sides: number, low: number, high: number, columns: number): void;
  turnTabu(aspires: number, least: number, spread: number): number;
  moveAfter(): number;
  movePenalty(): number;
  lacksAt(): number;
  movingAt(): number;
  matrixAt(): number;
  rowsPadded(): number;
  seedRandom(seed: number): void;
  beginMaxMin(sides: number, weights: number, prices: number, width: number, inBoxes: number): number;
  searchMaxMin(mark: number, sides: number, weights: number, iterations: number, goal: number): number;
  leastMargin(weights: number, sides: number): number;
  beginCover(sides: number, weights: number, required: number): number;
  searchCover(
    mark: number,
    sides: number,
    weights: number,
    required: number,
    iterations: number,
    goal: number,
  ): number;
  beginFlipJoin(sides: number, multipliers: number): number;
  flipJoinFits(sides: number): number;
  stepFlipJoin(mark: number, sides: number, weights: number, margin: number): number;
  beginNeuronTree(sides: number, row: number, ceiling: number): number;
  growNeuronTree(mark: number, nodes: number, target: number): void;
  tableauMark(): number;
  tableauIs(mark: number): number;
  tableauIsOf(mark: number): number;
  relaxMaxMin(sides: number, ceiling: number): number;
}

let open: Opened<Door>;
beforeAll(async () => {
  open = await openChecked<Door>();
}, 120_000);

const MOST = 2147483647;
const SHAPES = [
  { inputs: 6, rows: 5, bound: 1, top: 9, linf: 0 },
  { inputs: 9, rows: 7, bound: 3, top: 9, linf: 0 },
  { inputs: 5, rows: 9, bound: 2, top: 9, linf: 2 },
];
const packed = ({ sides }: Neuron) => sides.flatMap((side, k) => (side === 0 ? [] : [k]));

/** i16 weights of a row, padded, as the engine has them. */
function putRow(weights: readonly number[], at = open.door.reserve(2 * (weights.length + 16))): number {
  new Int16Array(open.memory.buffer, at, weights.length).set(weights);
  return at;
}
const rowAt = (at: number, length: number) => [...new Int16Array(open.memory.buffer, at, length)];

describe.each(SHAPES)('$inputs inputs, $rows rows, P = $bound, radius $linf', (shape) => {
  it('packs the rows with a side, each with its sign', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      open.door.packAll(neuron.sidesAt, -shape.bound, shape.bound, shape.inputs);
      const rows = packed(neuron);
      const padded = open.door.rowsPadded();
      expect(padded).toBe(4 * Math.ceil(rows.length / 4));
      const matrix = new Float32Array(open.memory.buffer, open.door.matrixAt(), shape.inputs * padded);
      for (let i = 0; i < shape.inputs; i++) {
        const column = [...matrix.subarray(i * padded, (i + 1) * padded)];
        expect(column).toEqual([
          ...rows.map((k) => neuron.sides[k] * neuron.rows[k][i]),
          ...Array(padded - rows.length).fill(0),
        ]);
      }
    }
  });

  it('moves as the model does: the least penalty among what is not tabu, and what is if nothing is lacking then', () => {
    let moves = 0;
    let aspired = 0;
    let none = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      const whole = wholeNumbers(randomOf(977 * seed));
      const { door, memory } = open;
      door.packAll(neuron.sidesAt, -shape.bound, shape.bound, shape.inputs);
      const rows = packed(neuron);
      const weights = Array.from({ length: shape.inputs }, () => whole(-shape.bound, shape.bound));
      const goal = whole(-20, 30);
      const lack = (w: readonly number[], k: number) => goal - signedSum(neuron, w, k);
      const penalty = (w: readonly number[]) =>
        rows.reduce((sum, k) => sum + Math.max(0, lack(w, k)) ** 2, 0);
      putRow(weights, door.movingAt());
      const lacks = new Float32Array(memory.buffer, door.lacksAt(), door.rowsPadded());
      lacks.fill(-1e18);
      lacks.set(rows.map((k) => lack(weights, k)));
      const aspires = whole(0, 1);
      const hold = whole(1, 2 * shape.inputs);
      const until = Array(shape.inputs).fill(0);
      for (let turn = 1; turn <= 30; turn++) {
        let best = { column: -1, after: 0, value: Number.POSITIVE_INFINITY };
        for (let i = 0; i < shape.inputs; i++) {
          for (const after of [weights[i] + 1, weights[i] - 1]) {
            if (Math.abs(after) > shape.bound) continue;
            const value = penalty(weights.map((w, other) => (other === i ? after : w)));
            if (until[i] > turn && !(aspires && value === 0)) continue;
            if (value < best.value) best = { column: i, after, value };
          }
        }
        expect(door.turnTabu(aspires, hold, 1)).toBe(best.column);
        if (best.column < 0) {
          none++;
          continue;
        }
        expect([door.moveAfter(), door.movePenalty()]).toEqual([best.after, best.value]);
        if (until[best.column] > turn) aspired++;
        moves++;
        weights[best.column] = best.after;
        until[best.column] = turn + hold;
        expect(rowAt(door.movingAt(), shape.inputs)).toEqual(weights);
        expect([...lacks.subarray(0, rows.length)]).toEqual(rows.map((k) => lack(weights, k)));
      }
    }
    expect(moves).toBeGreaterThan(300);
    expect(aspired).toBeGreaterThan(0);
    expect(none).toBeGreaterThan(0);
  });

  it('max-min: returns the margin of the weights it leaves, no less than it was given, within the boxes', () => {
    let better = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      const { door, memory } = open;
      const whole = wholeNumbers(randomOf(55 * seed));
      const start = neuron.low.map((low, i) => whole(low, neuron.high[i]));
      const row = putRow(start);
      const prices = door.reserve(8 * (shape.inputs + 8));
      new Float64Array(memory.buffer, prices, shape.inputs).set(start.map(() => whole(0, 5)));
      door.seedRandom(seed);
      const mark = door.beginMaxMin(neuron.sidesAt, row, prices, shape.inputs, 1);
      const before = marginOf(neuron, start);
      let margin = before;
      for (let slice = 0; slice < 4; slice++) {
        const next = door.searchMaxMin(mark, neuron.sidesAt, row, 25, MOST);
        const weights = rowAt(row, shape.inputs);
        expect(next).toBe(marginOf(neuron, weights));
        expect(next).toBeGreaterThanOrEqual(margin);
        weights.forEach((w, i) => {
          expect(w >= neuron.low[i] && w <= neuron.high[i]).toBe(true);
        });
        margin = next;
      }
      if (margin > before) better++;
      const met = door.beginMaxMin(neuron.sidesAt, row, prices, shape.inputs, 1);
      expect(door.searchMaxMin(met, neuron.sidesAt, row, 25, margin)).toBe(margin); // the goal is met: not a move
    }
    expect(better).toBeGreaterThan(15);
  });

  it('cover: returns the non-zeros of weights that reach what is asked, no more than it was given', () => {
    let sparser = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const neuron = loadNeuron(open, seed, shape);
      const { door, memory } = open;
      const whole = wholeNumbers(randomOf(91 * seed));
      const start = Array.from({ length: shape.inputs }, () => (2 * whole(0, 1) - 1) * shape.bound);
      const required = neuron.rows.map((_, k) => signedSum(neuron, start, k) - whole(0, 40));
      const needs = door.reserve(4 * required.length);
      new Int32Array(memory.buffer, needs, required.length).set(required);
      const row = putRow(start);
      door.seedRandom(seed);
      const mark = door.beginCover(neuron.sidesAt, row, needs);
      let known = start.length;
      for (let slice = 0; slice < 4; slice++) {
        const count = door.searchCover(mark, neuron.sidesAt, row, needs, 60, 0);
        const weights = rowAt(row, shape.inputs);
        expect(count).toBe(weights.filter((w) => w !== 0).length);
        expect(count).toBeLessThanOrEqual(known);
        for (const k of packed(neuron))
          expect(signedSum(neuron, weights, k)).toBeGreaterThanOrEqual(required[k]);
        known = count;
      }
      if (known < start.length) sparser++;
    }
    expect(sparser).toBeGreaterThan(10);
  });
});

describe('who comes with an old mark', () => {
  const shape = { inputs: 30, rows: 5, bound: 1, top: 9, linf: 0, wide: true };
  const begun = (): { neuron: Neuron; row: number; prices: number } => {
    const neuron = loadNeuron(open, 3, shape);
    const prices = open.door.reserve(8 * 40);
    return { neuron, row: putRow(Array(shape.inputs).fill(1)), prices };
  };

  it('is stopped by the checked build, whatever stands', () => {
    const { door } = open;
    const { neuron, row, prices } = begun();
    const maxMin = () => door.beginMaxMin(neuron.sidesAt, row, prices, 20, 0);
    const needs = door.reserve(4 * shape.rows);
    new Int32Array(open.memory.buffer, needs, shape.rows).fill(-1000);
    const cover = () => door.beginCover(neuron.sidesAt, row, needs);
    const join = () => door.beginFlipJoin(neuron.sidesAt, door.rawMultipliers.value as number);
    const tree = () => door.beginNeuronTree(neuron.sidesAt, row, MOST);
    expect(door.flipJoinFits(neuron.sidesAt)).toBe(1);
    const uses: readonly [() => number, (mark: number) => void][] = [
      [maxMin, (mark) => door.searchMaxMin(mark, neuron.sidesAt, row, 1, MOST)],
      [cover, (mark) => door.searchCover(mark, neuron.sidesAt, row, needs, 1, 0)],
      [join, (mark) => door.stepFlipJoin(mark, neuron.sidesAt, row, -MOST)],
      [tree, (mark) => door.growNeuronTree(mark, 1, MOST)],
    ];
    for (const [begin, use] of uses) {
      const old = begin();
      const now = begin();
      use(now);
      expect(() => use(old)).toThrow();
    }
  });

  it('can ask whether the tableau is still its own', () => {
    const { door } = open;
    const { neuron } = begun();
    door.relaxMaxMin(neuron.sidesAt, MOST);
    const mark = door.tableauMark();
    door.resolveMaxMin(neuron.sidesAt, MOST);
    expect([door.tableauIs(mark), door.tableauIsOf(mark)]).toEqual([1, 1]);
    door.relaxMaxMin(neuron.sidesAt, MOST);
    expect([door.tableauIs(mark), door.tableauIsOf(mark)]).toEqual([0, 0]);
    expect(door.tableauIs(door.tableauMark())).toBe(1);
  });
});
