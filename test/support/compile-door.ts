import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';
import { compileEngine } from '../../src/engine/index.js';

/** Compiles assembly/test-door.ts with the flags of a build, the release as a rule; a matter of seconds. */
export async function compileDoor(target: 'release' | 'checked' = 'release'): Promise<WebAssembly.Module> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main(
    [
      'assembly/test-door.ts',
      '--config',
      'asconfig.json',
      '--target',
      target,
      '--outFile',
      'door.wasm',
      '--textFile',
      '',
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(`${base}/${name}`, 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents as Uint8Array;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${error?.message ?? ''} ${stderr}`);
  return compileEngine(binary);
}
