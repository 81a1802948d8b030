import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Objective, objectiveOf } from '../../src/problem/objective.js';

/*
 * The pins (bench/pins.mjs): what came of fixed problems under all three objectives, on one engine in random order, down
 * to nodes, work and the bytes of proofs. A change that is meant to change them records them anew,
 *
 *     npm run pins -- --record test/bench/pins.json
 *
 * and says why; any other change that fails here has changed what it did not mean to.
 */

const golden = fileURLToPath(new URL('./pins.json', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: untyped modules
const part = (name: string): Promise<any> =>
  import(/* @vite-ignore */ new URL(`../../bench/lib/pins/${name}.mjs`, import.meta.url).href);

type Lines = Readonly<Record<string, string>>;
interface Pin {
  readonly name: string;
  readonly run: {
    readonly problem: { objective?: Objective; layers: number[] };
    readonly options: object;
  };
}

let pins: Pin[];
let found: Lines;
beforeAll(async () => {
  const [{ pinnedProblems }, { runPins }] = [await part('problems'), await part('run')];
  pins = pinnedProblems();
  found = await runPins(20261126, pins);
}, 300_000);

describe('pins', () => {
  it('are what has been recorded', async () => {
    const { differences } = await part('run');
    const recorded = Object.entries(JSON.parse(readFileSync(golden, 'utf8')) as Lines);
    const problems = Object.fromEntries(recorded.filter(([name]) => !/^(command|file) /.test(name)));
    expect(differences(problems, found)).toEqual([]);
  });

  it('are more than a hundred problems of all objectives, stages and ways', () => {
    expect(Object.keys(found)).toHaveLength(pins.length);
    const count = (holds: (pin: Pin) => boolean) => pins.filter(holds).length;
    expect(count(({ run }) => objectiveOf(run.problem) === 'paper')).toBeGreaterThan(50);
    expect(count(({ run }) => objectiveOf(run.problem) === 'robust')).toBeGreaterThan(25);
    expect(count(({ run }) => objectiveOf(run.problem) === 'soft')).toBeGreaterThan(18);
    for (const hidden of [0, 1, 2])
      expect(count(({ run }) => run.problem.layers.length === hidden + 2)).toBeGreaterThan(15);
    for (const enumeration of [0, 1, 600_000])
      expect(
        count(({ run }) => (run.options as { enumeration: number }).enumeration === enumeration),
      ).toBeGreaterThan(30);
    const all = Object.values(found).join('; ');
    for (const stage of ['sm', 'mm', 'mw']) {
      for (const status of ['optimal', 'feasible'])
        expect(all.split(`${stage} ${status} `).length).toBeGreaterThan(10);
    }
    expect(all.split('proof #').length).toBeGreaterThan(30);
  });

  it('do not depend on the order, nor on what ran before', async () => {
    const [{ runPins }, some] = [await part('run'), pins.filter((_, n) => n % 7 === 3)];
    const alone = await runPins(1, some);
    expect(Object.keys(alone).length).toBeGreaterThan(10);
    for (const [name, line] of Object.entries(alone)) expect(line, name).toBe(found[name]);
  });

  it('tell a change of a single figure', async () => {
    const { differences } = await part('run');
    const [name] = Object.keys(found);
    const changed = { ...found, [name]: found[name].replace(/work \d+/, 'work 1') };
    expect(differences(found, changed)).toEqual([{ name, recorded: found[name], found: changed[name] }]);
    const { [name]: _, ...fewer } = found;
    expect(differences(found, fewer)).toHaveLength(1);
  });
});
