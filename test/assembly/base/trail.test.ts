import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../verify/proof/support.js';
import { type Opened, openChecked, wholeNumbers } from '../support.js';

/* The trail against copies of the memory that it is to bring back. */

interface Door {
  arenaReset(): void;
  reserve(bytes: number): number;
  reserveTrail(most: number): void;
  clearTrail(): void;
  trailMark(): number;
  trailRoom(): number;
  undoTo(mark: number): void;
  setI8(address: number, value: number): void;
  setI16(address: number, value: number): void;
  setI32(address: number, value: number): void;
}

const BYTES = 64;
const MOST = 500;

describe('the trail', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  it('brings back what stood at any mark, whatever was written in between', () => {
    const { door, memory } = open;
    for (let seed = 1; seed <= 40; seed++) {
      const whole = wholeNumbers(randomOf(seed));
      door.arenaReset();
      door.reserveTrail(MOST);
      const base = door.reserve(BYTES);
      const cells = () => [...new Uint8Array(memory.buffer, base, BYTES)];
      const marks = [{ mark: door.trailMark(), cells: cells() }];
      for (let step = 0; step < 300; step++) {
        const what = whole(0, 9);
        if (what === 0) marks.push({ mark: door.trailMark(), cells: cells() });
        else if (what === 1) {
          const at = whole(0, marks.length - 1);
          door.undoTo(marks[at].mark);
          marks.length = at + 1;
          expect(cells()).toEqual(marks[at].cells);
        } else {
          const width = 2 ** whole(0, 2);
          const address = base + width * whole(0, BYTES / width - 1);
          const value = whole(-(2 ** (8 * width - 1)), 2 ** (8 * width - 1) - 1);
          const set = width === 1 ? door.setI8 : width === 2 ? door.setI16 : door.setI32;
          set(address, value);
          const view = new DataView(memory.buffer);
          const read = width === 1 ? view.getInt8(address) : undefined;
          expect(read ?? (width === 2 ? view.getInt16(address, true) : view.getInt32(address, true))).toBe(
            value,
          );
        }
      }
      door.undoTo(0);
      expect(cells()).toEqual(marks[0].cells);
      expect(door.trailRoom()).toBe(MOST);
    }
  });

  it('counts its room, and a checked build stops where there is none', () => {
    const { door } = open;
    door.arenaReset();
    door.reserveTrail(2);
    const base = door.reserve(8);
    door.setI8(base, 1);
    expect(door.trailRoom()).toBe(1);
    door.setI32(base + 4, 1);
    expect(door.trailRoom()).toBe(0);
    expect(() => door.setI8(base, 2)).toThrow();
    expect(() => door.undoTo(3)).toThrow();
    door.clearTrail();
    expect(door.trailRoom()).toBe(2);
  });

  it('stops a checked build at a mark that has been undone since, however much has been written again', () => {
    const { door } = open;
    for (let seed = 1; seed <= 20; seed++) {
      const whole = wholeNumbers(randomOf(seed + 100));
      door.arenaReset();
      door.reserveTrail(MOST);
      const base = door.reserve(BYTES);
      const write = (count: number) => {
        for (let n = 0; n < count; n++) door.setI8(base + whole(0, BYTES - 1), whole(-128, 127));
      };
      const low = door.trailMark();
      write(whole(1, 20));
      const stale = door.trailMark();
      write(whole(0, 20));
      const room = door.trailRoom();
      door.undoTo(low);
      write(whole(MOST - room, MOST)); // past the stale mark's place again, mostly by far
      const fresh = door.trailMark();
      const before = door.trailRoom();
      expect(() => door.undoTo(stale)).toThrow();
      expect(door.trailRoom()).toBe(before);
      write(whole(0, Math.min(3, before)));
      door.undoTo(fresh);
      expect(door.trailRoom()).toBe(before);
      door.undoTo(low);
      door.clearTrail();
      expect(() => door.undoTo(low)).toThrow();
    }
  });
});
