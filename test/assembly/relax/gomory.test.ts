import { beforeAll, expect, it } from 'vitest';
import { type Opened, openChecked, pointsOf } from '../support.js';
import { loadNeuron, MOST, marginOf, type Neuron, type RelaxDoor, signedSum } from './door.js';

/* Cuts against all integer points of the boxes: none below the ceiling may be cut off, and the relaxed solution must be. */

let open: Opened<RelaxDoor>;
beforeAll(async () => {
  open = await openChecked<RelaxDoor>();
}, 120_000);

const cutsNow = ({ inputs }: Neuron) =>
  Array.from({ length: open.door.cutsInUse() }, (_, c) => ({
    alpha: [...new Int32Array(open.memory.buffer, open.door.alphaRow(c), inputs)],
    gamma: Number(open.door.gammaOf(c)),
    beta: Number(open.door.betaOf(c)),
  }));
const least = (neuron: Neuron, w: readonly number[]) =>
  Math.min(...neuron.sides.flatMap((side, k) => (side === 0 ? [] : [signedSum(neuron, w, k)])));
const dot = (a: readonly number[], w: readonly number[]) => a.reduce((sum, v, i) => sum + v * w[i], 0);

it.each([
  { inputs: 6, rows: 5, bound: 1, top: 9, wide: true },
  { inputs: 6, rows: 4, bound: 1, top: 255, wide: true },
  { inputs: 4, rows: 5, bound: 2, top: 60, wide: true },
  { inputs: 5, rows: 3, bound: 3, top: 20, wide: false },
])('$inputs inputs, $rows rows, P = $bound, entries up to $top', (shape) => {
  let cuts = 0;
  let withCuts = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const neuron = loadNeuron(open, seed, { ...shape, linf: 0 });
    const points = [...pointsOf(neuron.low, neuron.high)];
    const valued = points.map((w) => ({ w, m: least(neuron, w) }));
    const most = Math.max(...points.map((w) => marginOf(neuron, w)));
    let bound = open.door.relaxMaxMinWithCuts(neuron.sidesAt, MOST, -2147483648);
    open.door.measureInputs();
    for (let round = 0; round < 4; round++) {
      // As the tree's root has it: M is a whole number, the bound is one of the margin.
      const ceiling = Math.floor((bound + neuron.epsilon) / neuron.scale);
      if (ceiling < 0) break;
      const solution = [
        ...new Float64Array(open.memory.buffer, open.door.solution.value as number, neuron.inputs),
      ];
      const before = cutsNow(neuron).length;
      const added = open.door.separateCuts(neuron.sidesAt, BigInt(ceiling));
      const now = cutsNow(neuron);
      expect(now.length).toBe(before + added);
      if (added === 0) break;
      cuts += added;
      const relaxed = least(neuron, solution);
      for (const { alpha, gamma, beta } of now) {
        const lost = valued.filter(({ w, m }) => m <= ceiling && dot(alpha, w) - gamma * m < beta);
        expect(lost).toEqual([]);
      }
      for (const { alpha, gamma, beta } of now.slice(before)) {
        expect(dot(alpha, solution) - gamma * relaxed).toBeLessThan(beta);
      }
      // With the cuts as rows the bound is still one.
      const lower = open.door.resolveMaxMin(neuron.sidesAt, MOST);
      expect(lower).toBeGreaterThanOrEqual(most);
      if (lower < bound) withCuts++;
      bound = Math.min(bound, lower);
    }
  }
  expect(cuts).toBeGreaterThan(20);
  expect(withCuts).toBeGreaterThan(0);
});
