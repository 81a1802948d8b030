import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEngine, Engine } from '../../src/engine/index.js';
import { drawRun } from '../../src/fuzz/draw-run.js';
import { execute, timeless } from '../../src/fuzz/execute.js';
import type { FuzzRun } from '../../src/fuzz/types.js';
import { type Witnesses, withWitnesses, witnessesOf } from '../../src/fuzz/witness.js';
import { FIELDS } from '../../src/problem/fields.js';
import { builtFile } from '../../src/run/wasm-file.js';
import { Draws } from '../../src/testing/draws.js';
import { stageCases } from '../../src/testing/stage-case.js';
import { compileDoor } from '../support/compile-door.js';

/*
 * The debug solution (assembly/witness/): what a run has ended with may not be lost by the same run before it has found it. That
 * it is looked for everywhere is shown by witnesses that are said to be worth more than they are, and by a bound that
 * comes out too low.
 */

const SEED = 20261127;
const RUNS = 500;

interface Door {
  exaggerate(by: number): void;
  plantFault(by: number): void;
}

/** Runs without clocks; the enumeration of all networks, which prunes nothing, gives way to trees and tables. */
function drawn(n: number): FuzzRun {
  const { problem, options } = drawRun(new Draws(SEED, n));
  const enumeration = Math.min(options.enumeration, 1);
  return { problem, options: { ...options, enumeration, timeLimit: undefined, patience: undefined } };
}

/** SM of samples whose labels mean nothing. */
function noise(layers: readonly number[], weightBound: number, n: number): FuzzRun {
  const draws = new Draws(SEED, n);
  const sampleCount = 14;
  const samples = Int32Array.from({ length: sampleCount * layers[0] }, () => draws.int(-3, 9));
  const labels = Int8Array.from({ length: sampleCount }, () => (draws.once(2) ? 1 : -1));
  return {
    problem: { layers, weightBound, epsilon: 0.1, samples, sampleCount, labels, linf: 0 },
    options: { stages: ['sm'], tolerance: 0, seed: n, workLimit: 2e8, proof: false, enumeration: 1 },
  };
}

describe('the debug solution', () => {
  let release: Engine;
  let checked: WebAssembly.Module;
  let door: WebAssembly.Module;
  beforeAll(async () => {
    release = await Engine.create(await compileEngine(await readFile(builtFile('engine.wasm'))));
    checked = await compileEngine(await readFile(builtFile('engine.checked.wasm')));
    door = await compileDoor('checked');
  }, 180_000);

  function ended(run: FuzzRun): { readonly text: string; readonly witnesses: Witnesses } {
    const outcome = execute(release, run);
    const cases = stageCases(run.problem, outcome.solution, run.options);
    return { text: timeless(outcome), witnesses: witnessesOf(run.problem, cases) };
  }

  /** Where the runs stop, and how many do; no more are run than it takes to find all that are wanted. */
  async function places(
    plant: (door: Door) => void,
    runs: number,
    draw: (n: number) => FuzzRun = drawn,
    wanted: readonly string[] = [],
  ): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const isEnough = () => wanted.length > 0 && wanted.every((place) => found.has(place));
    let engine = await Engine.create(door);
    for (let n = 0; n < runs && !isEnough(); n++) {
      const run = draw(n);
      // Under fields of their own few searches run, and the judges of those are elsewhere (boxes, limits).
      if (FIELDS.some((name) => run.problem[name] !== undefined)) continue;
      plant((engine as unknown as { door: Door }).door);
      try {
        execute(withWitnesses(engine, ended(run).witnesses), run);
      } catch (error) {
        const place = /: ([^:]+: [^:]+)$/.exec((error as Error).message)?.[1] ?? (error as Error).message;
        found.set(place, (found.get(place) ?? 0) + 1);
        engine = await Engine.create(door);
      }
    }
    return found;
  }

  it(`is lost nowhere in ${RUNS} runs of all objectives, and changes no byte`, {
    timeout: 240_000,
  }, async () => {
    const engine = await Engine.create(checked);
    let watched = 0;
    for (let n = 0; n < RUNS; n++) {
      const run = drawn(n);
      const { text, witnesses } = ended(run);
      watched += witnesses.size;
      expect(timeless(execute(withWitnesses(engine, witnesses), run)), `run ${n}`).toBe(text);
    }
    expect(watched).toBeGreaterThan(RUNS);
  });

  it('keeps a neuron that has - sides alone, whose ceiling had been rounded down below 0', async () => {
    const rows = [-3, 0, -4, 2, -3, 0, 0, 1, 0, 4, -3, 4];
    const run: FuzzRun = {
      problem: {
        layers: [2, 1],
        weightBound: 3,
        epsilon: 0.25,
        samples: Int32Array.from(rows),
        sampleCount: 6,
        labels: new Int8Array(6).fill(-1),
        linf: 2,
        confidence: 7,
        objective: { kind: 'robust', groups: Int32Array.from([0, 1, 0, 0, 1, 0]) },
      },
      options: { stages: ['sm'], tolerance: 0, seed: 3, workLimit: 1e6, proof: false, enumeration: 0 },
    };
    const { text, witnesses } = ended(run);
    expect(witnesses.get('sm')?.value).toBe(1);
    expect(timeless(execute(withWitnesses(await Engine.create(checked), witnesses), run))).toBe(text);
  });

  it('is looked for wherever something is closed, narrowed or left out', { timeout: 300_000 }, async () => {
    const wanted = [
      'neuron-tree: the relaxation of a node',
      'neuron-root: reduced costs',
      'activation-branch: the relaxations of a node',
      'activation-settle: the upper layers',
      'certificate-tree: a branching',
      'certificate-settle: the neurons of a node',
      'function-tree: the bound of a pattern',
      'proving/sides: the bound of a node',
      'proving/literals: the bound of a node',
    ];
    const found = await places((planted) => planted.exaggerate(1), 4 * RUNS, drawn, wanted);
    for (const place of wanted) {
      expect(found.get(place) ?? 0, `${place}, of ${[...found.keys()].join('; ')}`).toBeGreaterThan(0);
    }
  });

  it.each([
    ['count-tree: a value', [6, 1], 1],
    ['count-boxes: a box', [4, 1], 3],
    ['answer-tree: the samples left', [3, 2, 1], 1],
  ])('is looked for in SM: %s', { timeout: 120_000 }, async (place, layers, weightBound) => {
    const found = await places(
      (planted) => planted.exaggerate(1),
      8,
      (n) => noise(layers, weightBound, n),
      [place],
    );
    expect(found.get(place) ?? 0, [...found.keys()].join('; ')).toBeGreaterThan(0);
  });

  it('is looked for where the patterns of a wide first layer are listed', { timeout: 120_000 }, async () => {
    // Narrow first layers have the tree over functions, so the problems drawn above no longer come here.
    const wide = (n: number): FuzzRun => {
      const draws = new Draws(SEED, n);
      const [inputs, sampleCount] = [draws.int(2, 6), draws.int(3, 7)];
      const { problem, options } = noise([inputs, 4, 1], draws.int(1, 2), n);
      return {
        problem: {
          ...problem,
          samples: problem.samples.slice(0, sampleCount * inputs),
          sampleCount,
          labels: problem.labels.slice(0, sampleCount),
        },
        options: { ...options, stages: ['mm'], workLimit: 2e7, enumeration: 0 },
      };
    };
    const wanted = ['pattern-sets: the sets of patterns', 'activation-settle: a neuron'];
    const found = await places((planted) => planted.exaggerate(1), 60, wide, wanted);
    for (const place of wanted)
      expect(found.get(place) ?? 0, `${place}, of ${[...found.keys()].join('; ')}`).toBeGreaterThan(0);
  });

  it('stops a bound that is too low', { timeout: 240_000 }, async () => {
    expect((await places((planted) => planted.plantFault(0), 50)).size).toBe(0);
    const found = await places((planted) => planted.plantFault(3), RUNS);
    expect([...found.keys()].filter((place) => place.startsWith('neuron-tree')).length).toBeGreaterThan(0);
    expect(found.size).toBeGreaterThan(3);
  });

  it('is of the checked build alone', () => {
    const [problem] = [drawn(0).problem];
    release.load(problem);
    release.begin('sm', [], { kind: 'correct' }, null, 0);
    const network = release.incumbent();
    expect(() => release.watch(network, 0)).toThrow('only the checked build');
  });
});
