import { Engine } from '../../src/engine/index.js';
import { compileDoor } from '../support/compile-door.js';

/** A room's functions as assembly/test-door.ts shows them: addresses are byte offsets, bools are 1 and 0, i64 is a bigint. */
export interface Opened<Door> {
  readonly engine: Engine;
  readonly door: Door;
  readonly memory: WebAssembly.Memory;
}

/** The test door of the checked build: what a room asserts is tested along with what it answers. */
export async function openChecked<Door>(): Promise<Opened<Door>> {
  const engine = await Engine.create(await compileDoor('checked'));
  const { door, memory } = engine as unknown as { door: Door; memory: WebAssembly.Memory };
  return { engine, door, memory };
}

/** Whole numbers in [low, high]. */
export function wholeNumbers(random: () => number): (low: number, high: number) => number {
  return (low, high) => low + Math.floor(random() * (high - low + 1));
}

/** All integer points of a box. */
export function* pointsOf(low: readonly number[], high: readonly number[]): Generator<number[]> {
  const point = [...low];
  for (;;) {
    yield [...point];
    let i = 0;
    while (i < point.length && point[i] === high[i]) point[i] = low[i++];
    if (i === point.length) return;
    point[i]++;
  }
}
