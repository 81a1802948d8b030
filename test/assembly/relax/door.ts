import { marginUnits } from '../../../src/problem/semantics.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { randomOf } from '../../verify/proof/support.js';
import { type Opened, wholeNumbers } from '../support.js';

/** Relaxation, bounds and cuts, as assembly/test-door.ts shows them. */
export interface RelaxDoor {
  reserve(bytes: number): number;
  resetBoxes(): void;
  setBounds(input: number, low: number, high: number): void;
  useCuts(count: number): void;
  cutsInUse(): number;
  alphaRow(cut: number): number;
  gammaOf(cut: number): bigint;
  betaOf(cut: number): bigint;
  measureInputs(): void;
  setCut(cut: number, gamma: bigint, beta: bigint): void;
  separateCuts(sides: number, ceiling: bigint): number;
  relaxMaxMinWithCuts(sides: number, ceiling: number, useful: number): number;
  resolveMaxMin(sides: number, ceiling: number): number;
  maxMinBound(raw: number, sides: number, fallback: number): number;
  coverBound(raw: number, sides: number, required: number): number;
  provesUnreachable(raw: number, sides: number, required: number): number;
  reducedCostBox(input: number, cut: number): number;
  coverCostBox(input: number, count: number): number;
  multiplierScale(): bigint;
  readonly multipliers: WebAssembly.Global;
  readonly cutMultipliers: WebAssembly.Global;
  readonly boxLower: WebAssembly.Global;
  readonly boxUpper: WebAssembly.Global;
  readonly solution: WebAssembly.Global;
  readonly rawMultipliers: WebAssembly.Global;
}

/** A neuron's problem in the engine: rows, sides, boxes, and what they are worth by the words of the design. */
export interface Neuron {
  readonly inputs: number;
  readonly rows: readonly (readonly number[])[];
  readonly sides: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly radius: number;
  readonly scale: number;
  readonly epsilon: number;
  /** Address of the sides. */
  readonly sidesAt: number;
}

export const MOST = 2147483647;

/** Loads a random problem of one neuron with boxes and sides of its own. */
export function loadNeuron(
  { engine, door, memory }: Opened<RelaxDoor>,
  seed: number,
  shape: {
    readonly inputs: number;
    readonly rows: number;
    readonly bound: number;
    readonly top: number;
    readonly linf: number;
    readonly wide?: boolean;
  },
): Neuron {
  const whole = wholeNumbers(randomOf(7919 * seed + shape.rows));
  const rows = Array.from({ length: shape.rows }, () =>
    Array.from({ length: shape.inputs }, () => whole(-shape.top, shape.top) || 1),
  );
  const problem: TrainingProblem = {
    layers: [shape.inputs, 1],
    weightBound: shape.bound,
    epsilon: 0.1,
    samples: Int32Array.from(rows.flat()),
    sampleCount: shape.rows,
    labels: Int8Array.from(rows, (_, k) => (k % 2 === 0 ? 1 : -1)),
    linf: shape.linf,
  };
  engine.load(problem);
  const keep = rows.map((_, k) => k);
  engine.begin('mm', keep, { kind: 'correct' }, null, 0);
  door.useCuts(0);
  door.resetBoxes();
  const low = Array.from({ length: shape.inputs }, () =>
    shape.wide ? -shape.bound : whole(-shape.bound, shape.bound),
  );
  const high = low.map((l) => (shape.wide ? shape.bound : whole(l, shape.bound)));
  low.forEach((l, i) => {
    door.setBounds(i, l, high[i]);
  });
  const sides = keep.map((k) => (k === 0 ? 1 : shape.wide ? whole(0, 1) * 2 - 1 : whole(-1, 1)));
  const sidesAt = door.reserve(shape.rows + 8);
  new Int8Array(memory.buffer, sidesAt, shape.rows).set(sides);
  const { scale, epsilon } = marginUnits(problem);
  return { inputs: shape.inputs, rows, sides, low, high, radius: shape.linf, scale, epsilon, sidesAt };
}

/** What row k's signed sum is at the worst of the L-infinity box. */
export function signedSum({ rows, sides, radius }: Neuron, weights: readonly number[], k: number): number {
  return weights.reduce((sum, w, i) => sum + sides[k] * w * rows[k][i] - radius * Math.abs(w), 0);
}

/** The margin over the rows with a side, units of 1/D. */
export function marginOf(neuron: Neuron, weights: readonly number[]): number {
  const { sides, scale, epsilon } = neuron;
  return Math.min(
    ...sides.flatMap((side, k) =>
      side === 0 ? [] : [scale * signedSum(neuron, weights, k) - (side < 0 ? epsilon : 0)],
    ),
  );
}
