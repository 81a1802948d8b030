import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../verify/proof/support.js';
import { type Opened, openChecked, wholeNumbers } from '../../support.js';

/* The pool of Level A against a list: the best total first, slots given back, sides in their bit sets. */

interface Door {
  arenaReset(): void;
  reserveNodes(neurons: number, rowCount: number, bytes: number): void;
  clearNodes(): void;
  takeSlot(): number;
  dropSlot(slot: number): void;
  freeSlots(): number;
  pushNode(slot: number): void;
  popNode(): number;
  popLast(): number;
  bestOpen(): bigint;
  nodesOpen(): number;
  setTotal(slot: number, total: bigint): void;
  totalOf(slot: number): bigint;
  decide(slot: number, j: number, k: number, side: number): void;
  sideOf(slot: number, j: number, k: number): number;
  isTouched(slot: number, j: number): number;
  turnNeuron(slot: number, j: number): void;
}

describe('the pool of sides', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  it('gives the best total first, and no slot twice', () => {
    const { door } = open;
    for (let seed = 1; seed <= 8; seed++) {
      const whole = wholeNumbers(randomOf(seed));
      door.arenaReset();
      door.reserveNodes(3, 40, 0);
      door.clearNodes();
      const capacity = door.freeSlots();
      const totals = new Map<number, bigint>();
      const held: number[] = []; // taken, not open
      for (let turn = 0; turn < 1500; turn++) {
        expect(door.nodesOpen()).toBe(totals.size);
        expect(door.freeSlots()).toBe(capacity - totals.size - held.length);
        if (totals.size > 0)
          expect(door.bestOpen()).toBe([...totals.values()].sort((a, b) => (a < b ? 1 : -1))[0]);
        const what = whole(0, 9);
        if (what < 5) {
          const slot = door.takeSlot();
          expect(slot !== 0 && !totals.has(slot) && !held.includes(slot)).toBe(true);
          expect([door.totalOf(slot), door.isTouched(slot, 0)]).toEqual([0n, 0]); // cleared
          const total = BigInt(whole(-50, 50)) * 10_000_000_000n;
          door.setTotal(slot, total);
          door.decide(slot, 0, whole(0, 39), 1);
          door.pushNode(slot);
          totals.set(slot, total);
        } else if (what < 8 && totals.size > 0) {
          const best = door.bestOpen();
          const slot = what < 7 ? door.popNode() : door.popLast();
          if (what < 7) expect(totals.get(slot)).toBe(best);
          expect(totals.delete(slot)).toBe(true);
          held.push(slot);
        } else if (held.length > 0) {
          door.dropSlot(held.splice(whole(0, held.length - 1), 1)[0]);
        }
      }
    }
  });

  it('says that it is full, and goes on once a slot has been given back', () => {
    const { door } = open;
    door.arenaReset();
    door.reserveNodes(1, 8, 0);
    door.clearNodes();
    const taken = [];
    for (let slot = door.takeSlot(); slot !== 0; slot = door.takeSlot()) taken.push(slot);
    expect(new Set(taken).size).toBe(taken.length);
    expect(door.freeSlots()).toBe(0);
    door.dropSlot(taken[7]);
    expect(door.takeSlot()).toBe(taken[7]);
    expect(door.takeSlot()).toBe(0);
  });

  it('keeps a side for every neuron and row, and turns a neuron round', () => {
    const { door } = open;
    const [neurons, rows] = [3, 70];
    for (let seed = 1; seed <= 20; seed++) {
      const whole = wholeNumbers(randomOf(seed));
      door.arenaReset();
      door.reserveNodes(neurons, rows, 0);
      door.clearNodes();
      const slot = door.takeSlot();
      const sides = Array.from({ length: neurons }, () => Array<number>(rows).fill(0));
      for (let n = whole(0, 40); n > 0; n--) {
        const [j, k] = [whole(0, neurons - 1), whole(0, rows - 1)];
        if (sides[j][k] !== 0) continue; // decided once
        sides[j][k] = 2 * whole(0, 1) - 1;
        door.decide(slot, j, k, sides[j][k]);
      }
      const turned = whole(0, neurons - 1);
      door.turnNeuron(slot, turned);
      sides[turned] = sides[turned].map((side) => -side || 0);
      sides.forEach((row, j) => {
        expect(row.map((_, k) => door.sideOf(slot, j, k))).toEqual(row);
        expect(door.isTouched(slot, j)).toBe(row.some((side) => side !== 0) ? 1 : 0);
      });
    }
  });
});
