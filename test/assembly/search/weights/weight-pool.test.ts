import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../verify/proof/support.js';
import { type Opened, openChecked, wholeNumbers } from '../../support.js';

/* The pool of Level B against a list of nodes: which one is next, what the bound is, whose slot is free again. */

interface Door {
  arenaReset(): void;
  reservePool(nodes: number): void;
  clearWeightPool(): void;
  newWeightNode(parent: number, input: number, low: number, high: number, bound: number): number;
  openNode(node: number): void;
  takeWeights(): number;
  replaceByChildren(node: number, count: number): void;
  closeWeights(node: number): void;
  closeStack(): void;
  bestWeightsBound(): number;
  roomForTwo(): number;
  weightsOpen(): number;
  weightsStacked(): number;
  weightsStackedBound(): number;
}
interface Node {
  readonly bound: number;
  readonly depth: number;
  readonly parent: number;
  children: number;
}

const RESERVE = 2048;
const CAPACITY = 2 * RESERVE;

describe('the pool of weights', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  it('gives the best node first, goes depth first where slots are low, and takes slots back when the last child is closed', () => {
    const { door } = open;
    let stacked = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const whole = wholeNumbers(randomOf(seed));
      door.arenaReset();
      door.reservePool(CAPACITY);
      door.clearWeightPool();
      const nodes = new Map<number, Node>();
      const heap: number[] = [];
      const stack: number[] = [];
      const low = () => CAPACITY - nodes.size < RESERVE;
      const make = (parent: number, bound: number) => {
        const depth = parent < 0 ? 0 : (nodes.get(parent) as Node).depth + 1;
        const node = door.newWeightNode(parent, 0, 0, 0, bound);
        expect(nodes.has(node)).toBe(false); // nobody's slot
        nodes.set(node, { bound, depth, parent, children: 0 });
        if (stack.length === 0 && !low()) heap.push(node);
        else stack.push(node);
        door.openNode(node);
      };
      const close = (node: number) => {
        for (let at = node; at >= 0; ) {
          const { parent } = nodes.get(at) as Node;
          nodes.delete(at);
          if (parent < 0 || --(nodes.get(parent) as Node).children > 0) break;
          at = parent;
        }
        door.closeWeights(node);
      };
      make(-1, 1000);
      for (let turn = 0; turn < 6000 && heap.length + stack.length > 0; turn++) {
        expect([door.weightsOpen(), door.weightsStacked()]).toEqual([heap.length, stack.length]);
        const boundOf = (node: number) => (nodes.get(node) as Node).bound;
        const looks = turn % 16 === 0 || turn < 200;
        if (looks && heap.length > 0) expect(door.bestWeightsBound()).toBe(Math.max(...heap.map(boundOf)));
        if (looks && stack.length > 0)
          expect(door.weightsStackedBound()).toBeGreaterThanOrEqual(Math.max(...stack.map(boundOf)));
        expect(door.roomForTwo()).toBe(CAPACITY - nodes.size >= 2 && stack.length < RESERVE ? 1 : 0);
        const node = door.takeWeights();
        if (stack.length > 0) {
          expect(node).toBe(stack.pop());
          stacked++;
        } else {
          expect(heap).toContain(node);
          if (looks && !low()) {
            const best = Math.max(...heap.map(boundOf));
            const deepest = Math.max(
              ...heap.filter((at) => boundOf(at) === best).map((at) => (nodes.get(at) as Node).depth),
            );
            expect([boundOf(node), (nodes.get(node) as Node).depth]).toEqual([best, deepest]);
          }
          heap.splice(heap.indexOf(node), 1);
        }
        const grows = low() ? 35 : 97; // about where slots are low
        if (whole(1, 100) > grows || door.roomForTwo() === 0) close(node);
        else {
          const count = whole(1, 2);
          (nodes.get(node) as Node).children = count;
          door.replaceByChildren(node, count);
          for (let child = 0; child < count; child++) make(node, boundOf(node) - whole(0, 3));
        }
      }
      if (stack.length > 0) {
        while (stack.length > 0) {
          const node = stack.pop() as number;
          for (let at = node; at >= 0; ) {
            const { parent } = nodes.get(at) as Node;
            nodes.delete(at);
            if (parent < 0 || --(nodes.get(parent) as Node).children > 0) break;
            at = parent;
          }
        }
        door.closeStack();
        expect(door.weightsStacked()).toBe(0);
      }
    }
    expect(stacked).toBeGreaterThan(50);
  });

  it('stops a checked build where a node is closed twice, or taken where there is none', () => {
    const { door } = open;
    door.arenaReset();
    door.reservePool(CAPACITY);
    door.clearWeightPool();
    expect(() => door.takeWeights()).toThrow();
    expect(() => door.bestWeightsBound()).toThrow();
    const root = door.newWeightNode(-1, 0, 0, 0, 5);
    door.replaceByChildren(root, 1);
    const child = door.newWeightNode(root, 0, 0, 0, 4);
    door.replaceByChildren(root, 0);
    expect(() => door.closeWeights(child)).toThrow();
  });
});
