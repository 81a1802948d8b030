/*
 * The SIMD kernels and their scalar twins as callable functions, compiled in memory from assembly/base/kernels/test-door.ts
 * with the flags that asconfig.json gives the engine itself. The kernel tests and the kernel benchmark stand on this.
 */
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const KERNELS = [
  'dotI16',
  'dotI16F64',
  'axpyI32',
  'axpyF32',
  'axpyF64',
  'penaltyF32',
  'flooredF32',
  'moveF32',
  'slopesF32',
  'dotF32',
  'coversI16',
  'excessI16',
  'widenI16',
  'addI16',
];
const PAGES = 16;

/**
 * @param target `release` or `checked`, as in asconfig.json
 * @returns `simd` and `scalar`: the kernels by name; `memory`; `free`, the first address in it that is the caller's;
 *   `text`, the module in text format
 */
export async function openKernelDoor(target) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [
      ...['assembly/base/kernels/test-door.ts', '--baseDir', repository, '--target', target],
      ...['--outFile', 'door.wasm', '--textFile', 'door.wat', '--initialMemory', String(PAGES)],
    ],
    { writeFile: (name, contents) => void files.set(name, contents) },
  );
  if (error) throw new Error(`the kernels do not compile: ${stderr}`);
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const abort = () => {
    throw new Error('a kernel aborted');
  };
  const { instance } = await WebAssembly.instantiate(files.get('door.wasm'), { env: { memory, abort } });
  const { exports } = instance;
  const under = (prefix) =>
    Object.fromEntries(
      KERNELS.map((name) => [name, exports[prefix + name[0].toUpperCase() + name.slice(1)]]),
    );
  return {
    simd: under('simd'),
    scalar: under('scalar'),
    memory,
    free: exports.freeAt(),
    text: files.get('door.wat'),
  };
}
