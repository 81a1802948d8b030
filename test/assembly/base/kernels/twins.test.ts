import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type KernelDoor, type Kernels, openKernelDoor } from './door.js';

/*
 * Each kernel three times: SIMD, its scalar twin, and a model in plain TypeScript; all must agree to the bit, at every
 * length that the kernel's contract allows around the lane width, at any alignment, checked and release. Behind every
 * row lie elements that no kernel may read into its result or write to.
 */

type Row = Int16Array | Int32Array | Float32Array | Float64Array;

const MOST = 64;
const BEHIND = 16; // elements after the row: read or written, they show
const lengths = (multiple: number): number[] =>
  Array.from({ length: MOST / multiple + 1 }, (_, index) => index * multiple);

const full = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(values, { minLength: MOST + BEHIND, maxLength: MOST + BEHIND });
const i16 = fc.oneof(
  fc.integer({ min: -32768, max: 32767 }),
  fc.constantFrom(-32768, -32767, -1, 0, 1, 32767),
);
const saturated = (x: number): number => Math.max(-32768, Math.min(32767, x));
const i32 = fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, -1, 0, 1));
/** Finite, both zeros and subnormals among them: the kernels are never given anything else. */
const f64 = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -9, max: 9 }));
/** Their sums and squares stay finite in f32, except that padding rows are hugely negative. */
const f32 = fc.float({ min: -(2 ** 50), max: 2 ** 50, noNaN: true });
const deficit = fc.oneof(f32, fc.constant(Math.fround(-1e30)));

/** Compared as bytes: zeros of unlike sign differ, and it is a hundred times faster than element by element. */
const bytesOf = (row: Row): Buffer => Buffer.from(row.buffer, row.byteOffset, row.byteLength);

describe.each(['release', 'checked'] as const)('kernels, %s build', (target) => {
  let door: KernelDoor;
  beforeAll(async () => {
    door = await openKernelDoor(target);
  });

  /** Writes the rows one after the other, `skew` bytes off the 16-byte grid, and returns where they lie. */
  function write(rows: readonly Row[], skew: number): number[] {
    let at = door.free + skew;
    return rows.map((row) => {
      const address = at;
      new Uint8Array(door.memory.buffer).set(new Uint8Array(row.buffer), address);
      at += (row.byteLength + 63) & ~63;
      return address;
    });
  }

  function bytesAt(address: number, like: Row): Buffer {
    return Buffer.from(door.memory.buffer.slice(address, address + like.byteLength));
  }

  /** A dot product by both sets; their results must be the same double. */
  function both(rows: readonly Row[], skew: number, call: (set: Kernels, at: number[]) => number): number {
    const at = write(rows, skew);
    const simd = call(door.simd, at);
    expect(simd).toBe(call(door.scalar, at)); // toBe is Object.is: the two zeros differ
    return simd;
  }

  /** An update in place by both sets; `y` must be the same bytes, also behind the row. */
  function bothUpdate<T extends Row>(
    [y, x]: readonly [T, T],
    skew: number,
    call: (set: Kernels, at: number[]) => void,
  ): Buffer {
    const [simd, scalar] = [door.simd, door.scalar].map((set) => {
      const at = write([y, x], skew);
      call(set, at);
      expect(bytesAt(at[1], x).equals(bytesOf(x))).toBe(true);
      return bytesAt(at[0], y);
    });
    expect(simd.equals(scalar)).toBe(true);
    return simd;
  }

  const skews = fc.constantFrom(0, 0, 8, 2, 14);
  const runs = { numRuns: target === 'release' ? 20 : 5 };

  it.each(lengths(8))('dotI16 of %i', (n) => {
    fc.assert(
      fc.property(full(i16), full(i16), skews, (a, b, skew) => {
        const dot = both([Int16Array.from(a), Int16Array.from(b)], skew, (set, at) =>
          set.dotI16(at[0], at[1], n),
        );
        let exact = 0n;
        for (let i = 0; i < n; i++) exact += BigInt(a[i] * b[i]);
        expect(dot).toBe(Number(BigInt.asIntN(32, exact))); // beyond the stated range it wraps, and both alike
      }),
      runs,
    );
  });

  it.each(lengths(8))('dotI16F64 of %i', (n) => {
    fc.assert(
      fc.property(full(i16), full(f64), skews, (a, x, skew) => {
        const dot = both([Int16Array.from(a), Float64Array.from(x)], skew, (set, at) =>
          set.dotI16F64(at[0], at[1], n),
        );
        const sums = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) sums[i % 4] += a[i] * x[i];
        expect(dot).toBe(sums[0] + sums[2] + (sums[1] + sums[3]));
      }),
      runs,
    );
  });

  it.each(lengths(8))('coversI16 of %i', (n) => {
    // Random rows never cover: needs are the sums, less a little, and some are one more than their sum.
    const slack = full(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.nat(65535)));
    const missed = fc.array(fc.nat({ max: MOST - 1 }), { maxLength: 2 });
    fc.assert(
      fc.property(full(i16), full(i16), slack, missed, skews, (a, b, less, miss, skew) => {
        const sums = a.map((value, i) => saturated(value + b[i]));
        const need = sums.map((sum, i) =>
          i < n ? saturated(sum - less[i] + (miss.includes(i) ? 1 : 0)) : 32767,
        );
        const rows = [a, b, need].map((row) => Int16Array.from(row));
        const covered = both(rows, skew, (set, at) => set.coversI16(at[0], at[1], at[2], n));
        expect(covered).toBe(need.slice(0, n).every((least, i) => sums[i] >= least) ? 1 : 0);
      }),
      { numRuns: 3 * runs.numRuns },
    );
  });

  it.each(lengths(8))('excessI16 of %i', (n) => {
    const spread = full(fc.integer({ min: 0, max: 2 ** 15 / MOST }));
    const single = fc
      .nat({ max: MOST - 1 })
      .map((at) => Array.from({ length: MOST + BEHIND }, (_, i) => (i === at ? 32767 : i < MOST ? 0 : 1)));
    fc.assert(
      fc.property(
        full(i16),
        full(i16),
        full(i16),
        fc.oneof(spread, single),
        skews,
        (a, b, need, weight, skew) => {
          const rows = [a, b, need, weight].map((row) => Int16Array.from(row));
          const excess = both(rows, skew, (set, at) => set.excessI16(at[0], at[1], at[2], at[3], n));
          let exact = 0;
          for (let i = 0; i < n; i++) {
            exact += weight[i] * Math.max(0, saturated(saturated(a[i] + b[i]) - need[i]));
          }
          expect(exact).toBeLessThan(2 ** 31);
          expect(excess).toBe(exact);
        },
      ),
      runs,
    );
  });

  it.each(lengths(8))('widenI16 of %i', (n) => {
    fc.assert(
      fc.property(full(i16), full(i16), full(i16), skews, (low, high, row, skew) => {
        const rows = [low, high, row].map((values) => Int16Array.from(values));
        for (const set of [door.simd, door.scalar]) {
          const at = write(rows, skew);
          set.widenI16(at[0], at[1], at[2], n);
          const model = [
            rows[0].map((value, i) => (i < n ? Math.min(value, row[i]) : value)),
            rows[1].map((value, i) => (i < n ? Math.max(value, row[i]) : value)),
            rows[2],
          ];
          model.forEach((values, r) => {
            expect(bytesAt(at[r], values).equals(bytesOf(values))).toBe(true);
          });
        }
      }),
      runs,
    );
  });

  it.each(lengths(8))('addI16 of %i, to a third row and in place', (n) => {
    fc.assert(
      fc.property(full(i16), full(i16), full(i16), skews, (y, a, b, skew) => {
        const rows = [y, a, b].map((values) => Int16Array.from(values));
        for (const set of [door.simd, door.scalar]) {
          for (const to of [0, 1]) {
            const at = write(rows, skew);
            set.addI16(at[to], at[1], at[2], n);
            rows.forEach((row, r) => {
              const model = r === to ? row.map((value, i) => (i < n ? saturated(a[i] + b[i]) : value)) : row;
              expect(bytesAt(at[r], model).equals(bytesOf(model))).toBe(true);
            });
          }
        }
      }),
      runs,
    );
  });

  it.each(lengths(4))('axpyI32 of %i', (n) => {
    fc.assert(
      fc.property(full(i32), full(i32), i32, skews, (y, x, c, skew) => {
        const rows = [Int32Array.from(y), Int32Array.from(x)] as const;
        const after = bothUpdate(rows, skew, (set, at) => set.axpyI32(at[0], at[1], c, n));
        const model = rows[0].map((value, i) => (i < n ? value + Math.imul(c, rows[1][i]) : value));
        expect(after.equals(bytesOf(model))).toBe(true);
      }),
      runs,
    );
  });

  it.each(lengths(4))('axpyF64 of %i', (n) => {
    fc.assert(
      fc.property(full(f64), full(f64), f64, skews, (y, x, c, skew) => {
        const rows = [Float64Array.from(y), Float64Array.from(x)] as const;
        const after = bothUpdate(rows, skew, (set, at) => set.axpyF64(at[0], at[1], c, n));
        const model = rows[0].map((value, i) => (i < n ? value + c * rows[1][i] : value));
        expect(after.equals(bytesOf(model))).toBe(true);
      }),
      runs,
    );
  });

  it.each(lengths(4))('axpyF32 of %i', (n) => {
    fc.assert(
      fc.property(full(f32), full(f32), f32, skews, (y, x, c, skew) => {
        const rows = [Float32Array.from(y), Float32Array.from(x)] as const;
        const after = bothUpdate(rows, skew, (set, at) => set.axpyF32(at[0], at[1], c, n));
        const model = rows[0].map((value, i) =>
          i < n ? value + Math.fround(Math.fround(c) * rows[1][i]) : value,
        );
        expect(after.equals(bytesOf(model))).toBe(true);
      }),
      runs,
    );
  });

  it.each(lengths(4))('flooredF32 of %i', (n) => {
    const { fround } = Math;
    const weight = fc.integer({ min: -14, max: 14 });
    fc.assert(
      fc.property(full(deficit), full(deficit), full(f32), f32, weight, skews, (d, e, x, shift, c, skew) => {
        const floors = Float32Array.from(e, (value) => Math.max(0, value));
        const penalty = both([Float32Array.from(d), floors, Float32Array.from(x)], skew, (set, at) =>
          set.flooredF32(at[0], at[1], at[2], shift, c, n),
        );
        const sums = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) {
          const rest = Math.max(floors[i], fround(fround(d[i] + shift) - fround(c * fround(x[i]))));
          sums[i % 4] = fround(sums[i % 4] + fround(rest * rest));
        }
        expect(penalty).toBe(fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3])));
      }),
      runs,
    );
  });

  it.each(lengths(4))('penaltyF32 of %i', (n) => {
    const { fround } = Math;
    const weight = fc.integer({ min: -14, max: 14 }); // a move's step: twice the weight bound at most
    fc.assert(
      fc.property(full(deficit), full(f32), f32, weight, skews, (d, x, shift, c, skew) => {
        const penalty = both([Float32Array.from(d), Float32Array.from(x)], skew, (set, at) =>
          set.penaltyF32(at[0], at[1], shift, c, n),
        );
        const sums = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) {
          const rest = Math.max(0, fround(fround(d[i] + shift) - fround(c * fround(x[i]))));
          sums[i % 4] = fround(sums[i % 4] + fround(rest * rest));
        }
        expect(penalty).toBe(fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3])));
      }),
      runs,
    );
  });

  it.each(lengths(4))('moveF32 of %i', (n) => {
    const { fround } = Math;
    fc.assert(
      fc.property(full(f32), full(f32), f32, f32, skews, (y, x, shift, c, skew) => {
        const rows = [Float32Array.from(y), Float32Array.from(x)] as const;
        const after = bothUpdate(rows, skew, (set, at) => set.moveF32(at[0], at[1], shift, c, n));
        const model = rows[0].map((value, i) =>
          i < n ? fround(fround(value + shift) - fround(c * rows[1][i])) : value,
        );
        expect(after.equals(bytesOf(model))).toBe(true);
      }),
      runs,
    );
  });

  it.each(lengths(8))('dotF32 of %i', (n) => {
    const { fround } = Math;
    fc.assert(
      fc.property(full(f32), full(f32), skews, (a, b, skew) => {
        const rows = [Float32Array.from(a), Float32Array.from(b)] as const;
        const dot = both(rows, skew, (set, at) => set.dotF32(at[0], at[1], n));
        const lanes = new Array<number>(8).fill(0);
        for (let i = 0; i < n; i++) lanes[i % 8] = fround(lanes[i % 8] + fround(rows[0][i] * rows[1][i]));
        const sums = [0, 1, 2, 3].map((lane) => fround(lanes[lane] + lanes[lane + 4]));
        expect(dot).toBe(fround(fround(sums[0] + sums[1]) + fround(sums[2] + sums[3])));
      }),
      runs,
    );
  });

  it.each(lengths(4))('slopesF32 of %i', (n) => {
    const { fround } = Math;
    fc.assert(
      fc.property(full(deficit), full(f32), f32, skews, (d, x, toll, skew) => {
        const rows = [Float32Array.from(d), Float32Array.from(x), new Float32Array(1)];
        const found = [door.simd, door.scalar].map((set) => {
          const at = write(rows, skew);
          const slope = set.slopesF32(at[0], at[1], toll, at[2], n);
          return [slope, bytesAt(at[2], rows[2]).readFloatLE(0)];
        });
        const slopes = [0, 0, 0, 0];
        const bends = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) {
          if (!(rows[0][i] > 0)) continue;
          const step = fround(rows[1][i] - fround(toll));
          slopes[i % 4] = fround(slopes[i % 4] + fround(rows[0][i] * step));
          bends[i % 4] = fround(bends[i % 4] + fround(step * step));
        }
        const total = (lanes: number[]): number =>
          fround(fround(lanes[0] + lanes[1]) + fround(lanes[2] + lanes[3])) + 0;
        for (const [slope, bend] of found) {
          expect(slope + 0).toBe(total(slopes)); // a lane without rows may be -0
          expect(bend).toBe(total(bends));
        }
      }),
      runs,
    );
  });
});
