/** One kernel set; addresses are byte offsets into the door's memory, `n` counts elements. */
export interface Kernels {
  dotI16(a: number, b: number, n: number): number;
  dotI16F64(a: number, x: number, n: number): number;
  dotF32(a: number, b: number, n: number): number;
  axpyI32(y: number, x: number, c: number, n: number): void;
  axpyF32(y: number, x: number, c: number, n: number): void;
  axpyF64(y: number, x: number, c: number, n: number): void;
  moveF32(y: number, x: number, shift: number, c: number, n: number): void;
  slopesF32(deficit: number, column: number, toll: number, curvature: number, n: number): number;
  penaltyF32(deficit: number, column: number, shift: number, c: number, n: number): number;
  flooredF32(deficit: number, floor: number, column: number, shift: number, c: number, n: number): number;
  /** 1 or 0 */
  coversI16(a: number, b: number, need: number, n: number): number;
  excessI16(a: number, b: number, need: number, weight: number, n: number): number;
  widenI16(low: number, high: number, row: number, n: number): void;
  addI16(y: number, a: number, b: number, n: number): void;
}

export interface KernelDoor {
  readonly simd: Kernels;
  readonly scalar: Kernels;
  readonly memory: WebAssembly.Memory;
  readonly free: number;
  readonly text: string;
}

/** The types of bench/lib/kernel-door.mjs, which the benchmark of the kernels uses too. */
export async function openKernelDoor(target: 'release' | 'checked'): Promise<KernelDoor> {
  const path = new URL('../../../../bench/lib/kernel-door.mjs', import.meta.url).href;
  const door = (await import(/* @vite-ignore */ path)) as {
    openKernelDoor(target: string): Promise<KernelDoor>;
  };
  return door.openKernelDoor(target);
}

/** The body of an exported kernel in the text format, one instruction a line. */
export function bodyOf(text: string, set: 'simd' | 'scalar', kernel: keyof Kernels): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(` (func $assembly/base/kernels/${set}/${kernel} `));
  if (start < 0) throw new Error(`${set}/${kernel} is no function of its own`);
  const end = lines.findIndex((line, at) => at > start && line === ' )');
  return lines.slice(start + 1, end).map((line) => line.trim());
}
