import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../../../../src/run/wasm-file.js';
import { bodyOf, type KernelDoor, type Kernels, openKernelDoor } from './door.js';

/*
 * A compiler that is bumped, or a line that is written a little differently, can cost the SIMD code without any wrong
 * result. So what the optimiser leaves of the hot kernels is held here: the lane instructions that do the work, how
 * often they stand in the body, and nothing that calls out, touches globals or falls back to scalar arithmetic.
 */

const WORK: Readonly<Record<keyof Kernels, readonly [instruction: string, count: number]>> = {
  dotI16: ['i32x4.dot_i16x8_s', 3],
  dotI16F64: ['f64x2.mul', 4],
  axpyI32: ['i32x4.mul', 1],
  axpyF32: ['f32x4.mul', 1],
  axpyF64: ['f64x2.mul', 2],
  penaltyF32: ['f32x4.mul', 2],
  flooredF32: ['f32x4.mul', 2],
  moveF32: ['f32x4.mul', 1],
  slopesF32: ['f32x4.mul', 2],
  dotF32: ['f32x4.mul', 2],
  coversI16: ['i16x8.add_sat_s', 1],
  excessI16: ['i32x4.dot_i16x8_s', 1],
  widenI16: ['i16x8.min_s', 1],
  addI16: ['i16x8.add_sat_s', 1],
};
const names = Object.keys(WORK) as (keyof Kernels)[];

describe('the release build of the kernels', () => {
  let door: KernelDoor;
  beforeAll(async () => {
    door = await openKernelDoor('release');
  });

  it.each(names)('%s works in lanes', (name) => {
    const body = bodyOf(door.text, 'simd', name);
    const [instruction, count] = WORK[name];
    expect(body.filter((line) => line.startsWith(instruction))).toHaveLength(count);
    expect(body.some((line) => line.startsWith('v128.load'))).toBe(true);
    const scalarLoads = body.filter((line) => /^(i32|i64|f32|f64)\.load/.test(line));
    expect(scalarLoads).toEqual([]);
  });

  it.each(names)('%s calls nothing and touches no global', (name) => {
    const body = bodyOf(door.text, 'simd', name);
    expect(body.filter((line) => /^(call|global\.)/.test(line))).toEqual([]);
  });

  it.each(names)('the twin of %s stays scalar, or it would judge itself', (name) => {
    const body = bodyOf(door.text, 'scalar', name);
    expect(body.filter((line) => /^(v128|[if]\d+x\d+)\./.test(line))).toEqual([]);
    expect(body.some((line) => /^(i32|f32|f64)\.load/.test(line))).toBe(true);
  });

  it('is what the engine has: lanes inside, no twins', () => {
    const engine = readFileSync(builtFile('engine.wat'), 'utf8');
    const lanes = ['i32x4.dot_i16x8_s', 'f64x2.mul', 'f32x4.mul', 'i16x8.add_sat_s', 'i16x8.min_s'];
    expect(lanes.filter((instruction) => !engine.includes(instruction))).toEqual([]);
    expect(engine.includes('assembly/kernels/scalar')).toBe(false);
  });
});
