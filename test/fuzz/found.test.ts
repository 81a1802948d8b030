import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEngine } from '../../src/engine/index.js';
import { parseFound } from '../../src/fuzz/found-file.js';
import { replay } from '../../src/fuzz/replay.js';
import type { Bench } from '../../src/fuzz/trial.js';
import { builtFile } from '../../src/run/wasm-file.js';

/* What campaigns have found and what has been mended since: every file of found/ is replayed before all judges. */

const folder = fileURLToPath(new URL('./found', import.meta.url));
const names = readdirSync(folder).filter((file) => file.endsWith('.problem.json'));

describe('what has been found', () => {
  let bench: Bench;
  beforeAll(async () => {
    const build = async (name: string) => compileEngine(await readFile(builtFile(name)));
    bench = { release: await build('engine.wasm'), checked: await build('engine.checked.wasm') };
  });

  it('is there', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('%s is mended', async (name) => {
    const { runs, faults } = parseFound(readFileSync(`${folder}/${name}`, 'utf8'), name);
    expect(faults.length).toBeGreaterThan(0);
    expect(await replay(bench, runs)).toEqual([]);
  });
});
