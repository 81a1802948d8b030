import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../verify/proof/support.js';
import { loadNeuron, marginOf, type RelaxDoor } from '../relax/door.js';
import { type Opened, openChecked, wholeNumbers } from '../support.js';

/* The record of a stage, MM of one neuron: what it takes over, what it says is proved, and when nothing is left to do. */

interface Door extends RelaxDoor {
  offer(network: number): number;
  offerEqual(network: number): number;
  improveBound(bound: bigint): void;
  declareInfeasible(): void;
  closed(): number;
  incumbentAt(): number;
  recordObjective(): bigint;
  recordBound(): bigint;
  beginStage(stage: number, hold: number, hasPrevious: number, seed: number): void;
  objective(): number;
  bound(): number;
}

const NONE = -(2n ** 63n);
const NO_BOUND = 2n ** 63n - 1n;
const MM = 1;
const RIGHT = 2;
const SHAPE = { inputs: 4, rows: 3, bound: 2, top: 9, linf: 0 };

describe('the record', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  it('takes over what is right and strictly better (or no worse, where that is asked), and nothing else', () => {
    let [taken, equal, wrong] = [0, 0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const { door, memory } = open;
      const neuron = loadNeuron(open, seed, SHAPE);
      const labelled = { ...neuron, sides: neuron.rows.map((_, k) => (k % 2 === 0 ? 1 : -1)) };
      const whole = wholeNumbers(randomOf(13 * seed));
      door.beginStage(MM, RIGHT, 0, 0);
      expect([door.recordObjective(), door.recordBound()]).toEqual([NONE, NO_BOUND]);
      const network = door.reserve(32);
      const row = new Int16Array(memory.buffer, network, 8);
      let best = { value: NONE, weights: [] as number[] };
      for (let turn = 0; turn < 40; turn++) {
        const again = best.weights.length > 0 && whole(0, 3) === 0;
        const weights = again
          ? best.weights
          : Array.from({ length: SHAPE.inputs }, () => whole(-SHAPE.bound, SHAPE.bound));
        row.set(weights);
        const margin = BigInt(marginOf(labelled, weights));
        const atLeast = whole(0, 1) === 1;
        const takes = margin >= 0n && (margin > best.value || (atLeast && margin === best.value));
        expect(atLeast ? door.offerEqual(network) : door.offer(network)).toBe(takes ? 1 : 0);
        if (takes && margin === best.value) equal++;
        if (takes) {
          best = { value: margin, weights };
          taken++;
        } else if (margin < 0n) wrong++;
        expect(door.recordObjective()).toBe(best.value);
        if (best.value === NONE) expect(door.objective()).toBeNaN();
        else {
          expect(BigInt(door.objective())).toBe(best.value);
          expect([...new Int16Array(memory.buffer, door.incumbentAt(), SHAPE.inputs)]).toEqual(best.weights);
        }
      }
    }
    expect(Math.min(taken, equal, wrong)).toBeGreaterThan(20);
  });

  it('lowers its bound and never raises it; is closed by a network that meets it, or by a bound that says there is none', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { door, memory } = open;
      const neuron = loadNeuron(open, seed, SHAPE);
      const labelled = { ...neuron, sides: neuron.rows.map((_, k) => (k % 2 === 0 ? 1 : -1)) };
      const whole = wholeNumbers(randomOf(29 * seed));
      door.beginStage(MM, RIGHT, 0, 0);
      const network = door.reserve(32);
      let [bound, objective, infeasible] = [NO_BOUND, NONE, false];
      for (let turn = 0; turn < 30; turn++) {
        if (whole(0, 1) === 0) {
          const weights = Array.from({ length: SHAPE.inputs }, () => whole(-SHAPE.bound, SHAPE.bound));
          new Int16Array(memory.buffer, network, 8).set(weights);
          const margin = BigInt(marginOf(labelled, weights));
          door.offer(network);
          if (margin >= 0n && margin > objective) objective = margin;
        } else {
          const proved = BigInt(whole(-20, 400));
          door.improveBound(proved);
          if (proved < bound) {
            bound = proved;
            if (bound < 0n && objective === NONE) infeasible = true; // any network that is right has a sum >= 0
          }
        }
        expect([door.recordBound(), door.recordObjective()]).toEqual([bound, objective]);
        expect(door.closed()).toBe(infeasible || (objective !== NONE && objective >= bound) ? 1 : 0);
        if (infeasible || bound === NO_BOUND) expect(door.bound()).toBeNaN();
        else expect(BigInt(door.bound())).toBe(bound);
      }
    }
  });

  it('does not take back a network for a claim that there is none', () => {
    const { door, memory } = open;
    loadNeuron(open, 1, { ...SHAPE, rows: 1 });
    door.beginStage(MM, RIGHT, 0, 0);
    const network = door.reserve(32);
    new Int16Array(memory.buffer, network, 8).fill(0);
    expect(door.offer(network)).toBe(1); // the only label is +, and so is an empty neuron
    door.declareInfeasible();
    expect([door.closed(), door.recordObjective()]).toEqual([0, 0n]);
  });
});
