import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEngine } from '../../src/engine/index.js';
import { runSequence, Tally } from '../../src/fuzz/campaign.js';
import { THOROUGH } from '../../src/fuzz/pace.js';
import type { Bench } from '../../src/fuzz/trial.js';
import { importHighs } from '../../src/milp/highs.js';
import { builtFile } from '../../src/run/wasm-file.js';

/*
 * A fixed slice of the fuzzer (src/fuzz/): problems of all three objectives in random order on engines that are used
 * again, every answer judged. For a long run, and to replay what one has found:
 *
 *     npm run fuzz -- --problems 50000 --seed 1
 */
const SEQUENCES = 40;
const SEED = 20261126;

describe('fuzzing', () => {
  let bench: Bench;
  beforeAll(async () => {
    const build = async (name: string) => compileEngine(await readFile(builtFile(name)));
    const highs = await (await importHighs()).default();
    bench = {
      release: await build('engine.wasm'),
      checked: await build('engine.checked.wasm'),
      highs: async () => ({ default: async () => highs }),
    };
  });

  it(`${SEQUENCES} sequences, seed ${SEED}: nothing false is claimed, nothing is left behind`, {
    timeout: 600_000,
  }, async () => {
    const tally = new Tally();
    const shares = { fresh: 2, checked: 20, rival: 4, highs: 40, cut: 12 };
    for (let n = 0; n < SEQUENCES; n++) {
      const failure = await runSequence(bench, SEED, n, tally, { ...THOROUGH, shares });
      const replay = `npm run fuzz -- --seed ${SEED} --first ${n} --problems ${failure?.runs.length}`;
      expect(failure?.faults ?? [], replay).toEqual([]);
    }
    // A fuzzer that looks at nothing finds nothing.
    expect(tally.problems).toBe(16 * SEQUENCES);
    for (const objective of ['paper', 'robust', 'soft']) {
      for (const hidden of [0, 1, 2]) {
        expect(tally.of(`kind: ${objective} with ${hidden} hidden`), objective).toBeGreaterThan(5);
      }
    }
    for (const stages of ['sm', 'mm', 'mw', 'sm+mm', 'sm+mw', 'mm+mw', 'sm+mm+mw']) {
      expect(tally.of(`stages: ${stages}`), stages).toBeGreaterThan(20);
    }
    for (const path of ['trees', 'tables', 'enumeration'])
      expect(tally.of(`path: ${path}`)).toBeGreaterThan(50);
    for (const option of ['proof', 'keep', 'margins', 'linf', 'confidence', 'groups', 'tolerance']) {
      expect(tally.of(`with: ${option}`), option).toBeGreaterThan(40);
    }
    for (const limit of ['little memory', 'little work', 'told to stop', 'time limit']) {
      expect(tally.of(`with: ${limit}`), limit).toBeGreaterThan(5);
    }
    for (const judge of ['fresh', 'checked', 'rival', 'highs', 'cut']) {
      expect(tally.of(`judged by: ${judge}`), judge).toBeGreaterThan(5);
    }
    const { enumerated, proved, blocks, complete, compared } = tally.looks;
    expect(enumerated).toBeGreaterThan(tally.problems / 2);
    expect(proved).toBeGreaterThan(tally.problems / 2);
    expect(complete).toBeGreaterThan(tally.problems / 10);
    expect(blocks).toBeGreaterThanOrEqual(complete);
    expect(compared).toBeGreaterThan(100);
  });
});
