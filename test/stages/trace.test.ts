import { beforeAll, describe, expect, it } from 'vitest';
import { boundedTrace } from '../../src/cli/trace-file.js';
import type { Engine } from '../../src/engine/index.js';
import { drawRun } from '../../src/fuzz/draw-run.js';
import type { FuzzRun } from '../../src/fuzz/types.js';
import { FIELDS } from '../../src/problem/fields.js';
import { readTrace } from '../../src/report/trace-read.js';
import { solveSteps } from '../../src/stages/solve.js';
import type { Solution } from '../../src/stages/types.js';
import { Draws } from '../../src/testing/draws.js';
import { freshEngine, timeless } from '../engine/support.js';

/* A trace tells what the trees do and changes nothing of it. */

function run(engine: Engine, { problem, options }: FuzzRun, trace?: (text: string) => void): Solution {
  engine.setEnumerationLimit(0);
  const { stages, tolerance, seed, workLimit } = options;
  const steps = solveSteps(engine, problem, { stages, tolerance, seed, workLimit, trace });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

describe('a trace', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
  });

  it('changes no byte of a run, and every line is about a node that its parent came before', () => {
    const trees = new Set<string>();
    const fates = new Set<string>();
    let lines = 0;
    // The last ones come to the tree over sides, which small problems seldom do.
    for (const n of [...Array(1100).keys(), 1312, 1666, 4188, 4275]) {
      const drawn = drawRun(new Draws(20261129, n));
      if (FIELDS.some((name) => drawn.problem[name] !== undefined)) continue; // other trees, without traces
      const text: string[] = [];
      const watched = run(engine, drawn, (chunk) => text.push(chunk));
      expect(timeless(watched), `run ${n}`).toBe(timeless(run(engine, drawn)));
      const trace = readTrace(text.join(''), 'trace');
      expect(trace.layers).toEqual(drawn.problem.layers);
      const seen = new Set<number>([0]);
      let stage = '';
      let work = 0;
      for (const node of trace.nodes) {
        if (node.stage !== stage) work = 0;
        stage = node.stage;
        expect(seen.has(node.parent), `run ${n}: node ${node.node}`).toBe(true);
        seen.add(node.node);
        expect(node.work).toBeGreaterThanOrEqual(work);
        work = node.work;
        trees.add(node.tree);
        fates.add(node.closed ?? 'open');
        lines++;
      }
      for (const { stage: name, objective, bound, status } of watched.stages) {
        const last = trace.figures.findLast((figures) => figures.stage === name);
        if (last === undefined || status === 'infeasible') continue;
        expect(last.objective).toBe(objective);
        if (bound !== null) expect(last.bound).toBe(bound); // a run withdraws what a cut-off SM leaves without meaning
      }
    }
    expect(lines).toBeGreaterThan(1000);
    for (const tree of ['weights', 'sides', 'covers', 'certificates', 'depth-first'])
      expect(trees).toContain(tree);
    for (const fate of ['bound', 'no upper layers', 'open']) expect(fates).toContain(fate);
  }, 120_000);

  // Found by fuzzing (seed 77, sequence 286): the opening's last figures stood where those of MM were read.
  it('tells an opening of MW from the stage MM before it', () => {
    const problem = {
      layers: [2, 2, 1],
      weightBound: 2,
      epsilon: 1,
      samples: Int32Array.of(4, 2, 2, 4, -3, -4, 3, 3, -1, 1, 1, 1),
      sampleCount: 6,
      labels: Int8Array.of(-1, 1, -1, -1, 1, -1),
      linf: 1,
      keep: [4],
      margins: [[1, 0], [2]],
    };
    const text: string[] = [];
    const options = { stages: ['mm', 'mw'], tolerance: 0.25, seed: 1, workLimit: 1e6 } as const;
    const steps = solveSteps(engine, problem, { ...options, trace: (chunk) => text.push(chunk) });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { figures } = readTrace(text.join(''), 'trace');
    const last = (stage: string) => figures.findLast((entry) => entry.stage === stage);
    expect(step.value.stages[0]).toMatchObject({ stage: 'mm', objective: 4, bound: 4 });
    expect(last('mm')).toMatchObject({ objective: 4, bound: 4 });
    // Lines of the opening have a name of their own, and none of MM comes after them.
    const names = figures.map(({ stage }) => stage);
    expect(last('mm, opening of mw')).toMatchObject({ objective: 4 });
    expect(names.lastIndexOf('mm')).toBeLessThan(names.indexOf('mm, opening of mw'));
  });

  it('misses no node where they come fast: the step ends before the buffer is full', () => {
    let state = 7;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const sampleCount = 12;
    const samples = Int32Array.from({ length: 24 * sampleCount }, () => Math.floor(256 * next()));
    const labels = Int8Array.from({ length: sampleCount }, (_, k) => (k % 2 === 0 ? -1 : 1));
    const problem = { layers: [24, 1], weightBound: 1, epsilon: 0.1, samples, sampleCount, labels, linf: 0 };
    const text: string[] = [];
    const steps = solveSteps(engine, problem, {
      stages: ['mm'],
      workLimit: 3e8,
      trace: (chunk) => text.push(chunk),
    });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const trace = readTrace(text.join(''), 'trace');
    const { nodes } = step.value.stages[0];
    expect(trace.missed).toBe(0);
    expect(trace.nodes.length).toBeGreaterThan(200);
    // A line for every node that was looked at, and for those that were closed as they were taken.
    expect(trace.nodes.length).toBeGreaterThanOrEqual(nodes);
  }, 60_000);

  it('ends at its limit with a line that says so', () => {
    const written: string[] = [];
    const write = boundedTrace((text) => written.push(text), 20);
    for (const text of ['{"a":1}\n', '{"b":22}\n{"c":3}\n', '{"d":4}\n']) write(text);
    expect(written.join('')).toBe('{"a":1}\n{"b":22}\n{"truncated":true,"after":17}\n');
  });
});
