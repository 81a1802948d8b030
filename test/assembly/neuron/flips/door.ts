import type { EngineExports } from '../../../../src/engine/exports.js';
import { Engine } from '../../../../src/engine/index.js';
import { compileDoor } from '../../../support/compile-door.js';

/** What assembly/test-door.ts shows of the flip join. Addresses are byte offsets; halves are 0 and 1; bools are 1 and 0. */
export interface FlipDoor extends EngineExports {
  arenaReset(): void;
  reserve(bytes: number): number;
  seedRandom(seed: number): void;

  reserveFlipLists(mostLanes: number, entries: number): void;
  clearFlips(lanes: number): void;
  addFlip(half: number, input: number, step: number, price: number): number;
  listFlips(half: number, priceWeight: number, sizeWeight: number, weights: number): void;
  entryAt(half: number, entry: number): number;
  entryCount(half: number): number;
  priceOf(entry: number): number;
  flipOf(half: number, entry: number, which: number): number;
  flipInput(): number;
  flipStep(): number;

  reserveFlipTree(mostLanes: number, entries: number): void;
  buildFlipTree(half: number): void;
  beginJoin(): void;
  endJoin(): void;
  visited(): number;
  stepJoin(visits: number): number;
  joinOpen(): number;
  setAllowance(value: number): void;
  foundLeft(): number;
  foundRight(): number;
  readonly need: WebAssembly.Global;
  readonly shares: WebAssembly.Global;
  readonly rowWeights: WebAssembly.Global;

  flipJoinFits(sides: number): number;
  beginFlipJoin(sides: number, multipliers: number): number;
  stepFlipJoin(mark: number, sides: number, weights: number, margin: number): number;

  leastMargin(weights: number, sides: number): number;
  roundBest(solution: number, sides: number, row: number): void;
  relaxMaxMin(sides: number, ceiling: number): number;
  resetBoxes(): void;
  readonly rawMultipliers: WebAssembly.Global;
  readonly solution: WebAssembly.Global;
}

export interface OpenDoor {
  readonly engine: Engine;
  readonly door: FlipDoor;
  readonly memory: WebAssembly.Memory;
}

export async function openDoor(): Promise<OpenDoor> {
  const engine = await Engine.create(await compileDoor());
  const { door, memory } = engine as unknown as { door: FlipDoor; memory: WebAssembly.Memory };
  return { engine, door, memory };
}

/** One weight moved by a step: what it costs, and what it adds to every row. */
export interface Flip {
  readonly input: number;
  readonly step: number;
  readonly price: number;
  readonly row: readonly number[];
}

/** A set of flips as the engine lists it. */
export interface Entry {
  readonly flips: readonly { readonly input: number; readonly step: number }[];
  readonly price: number;
  readonly row: readonly number[];
}

/** Rows padded to the lanes that the engine works in. */
export const lanesOf = (rows: number): number => (rows + 7) & ~7;

/** Reserves lists and trees of so many entries in an arena of their own. */
export function reserveHalves({ door }: OpenDoor, lanes: number, entries: number): void {
  door.arenaReset();
  door.reserveFlipLists(lanes, entries);
  door.reserveFlipTree(lanes, entries);
  door.clearFlips(lanes);
}

export function addFlips(
  { door, memory }: OpenDoor,
  half: number,
  flips: readonly Flip[],
  lanes: number,
): void {
  for (const { input, step, price, row } of flips) {
    const view = new Int16Array(memory.buffer, door.addFlip(half, input, step, price), lanes);
    view.fill(0).set(row);
  }
}

export function entryOf({ door, memory }: OpenDoor, half: number, address: number, lanes: number): Entry {
  const flips = [0, 1, 2].flatMap((which) =>
    door.flipOf(half, address, which) ? [{ input: door.flipInput(), step: door.flipStep() }] : [],
  );
  const row = [...new Int16Array(memory.buffer, address, lanes)];
  return { flips, price: door.priceOf(address), row };
}

export function entriesOf(open: OpenDoor, half: number, lanes: number): Entry[] {
  const { door } = open;
  return Array.from({ length: door.entryCount(half) }, (_, e) =>
    entryOf(open, half, door.entryAt(half, e), lanes),
  );
}

/** The name of a set of flips, in any order. */
export const nameOf = (flips: readonly { readonly input: number; readonly step: number }[]): string =>
  flips
    .map(({ input, step }) => `${input}:${step}`)
    .sort()
    .join(' ');

export const saturated = (x: number): number => Math.max(-32768, Math.min(32767, x));
