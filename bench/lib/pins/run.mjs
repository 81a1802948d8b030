/*
 * Runs the pinned problems on one engine in a random order, and writes what came of each as a line: status, figures, nodes
 * and work in the open, networks, kept samples and proofs as a hash.
 */
import { readFileSync } from 'node:fs';
import { compileEngine, Engine } from '../../../dist/engine/index.js';
import { execute } from '../../../dist/fuzz/execute.js';
import { readInstances } from '../instances.mjs';
import { hash } from './hash.mjs';
import { pinnedProblems } from './problems.mjs';

const ENGINE = new URL('../../../dist/engine.wasm', import.meta.url);

/**
 * @param seed of the order
 * @param pins `[{ name, run }]`
 * @returns `{ name: line }`, sorted by name
 */
export async function runPins(seed, pins = pinnedProblems()) {
  const engine = await Engine.create(await compileEngine(readFileSync(ENGINE)));
  const lines = new Map();
  for (const { name, run } of shuffled(pins, seed)) lines.set(name, lineOf(execute(engine, run)));
  return Object.fromEntries([...lines].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The benchmark instances, where there are any, as a second part: limits of work that end within a second. */
export function pinnedInstances() {
  return readInstances().map(({ name, problem, stage }, n) => ({
    name: `instance ${name}`,
    run: {
      problem,
      options: {
        stages: [stage],
        tolerance: 0,
        seed: n % 3,
        workLimit: 1e8,
        proof: false,
        enumeration: 600_000,
      },
    },
  }));
}

function lineOf({ solution, proof }) {
  const stages = solution.stages.map(
    ({ stage, status, objective, bound, nodes, work, rows, provedBound, ...record }) => {
      const network = hash(JSON.stringify([record.network?.weights, record.keep]));
      const more = rows === undefined ? '' : ` rows ${rows.used}/${rows.total}`;
      const shown = provedBound === undefined ? '' : ` shown ${provedBound}`;
      return `${stage} ${status} ${objective}/${bound}${shown} nodes ${nodes} work ${work}${more} #${network}`;
    },
  );
  return [...stages, ...(proof === undefined ? [] : [`proof #${hash(proof)}`])].join('; ');
}

/** Fisher-Yates with a generator of its own. */
function shuffled(list, seed) {
  const order = [...list];
  let state = seed >>> 0;
  for (let n = order.length - 1; n > 0; n--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const at = Math.floor((state / 2 ** 32) * (n + 1));
    [order[n], order[at]] = [order[at], order[n]];
  }
  return order;
}

/** @returns the names whose lines differ, with both lines; a name that one of them lacks is a difference */
export function differences(recorded, found) {
  const names = new Set([...Object.keys(recorded), ...Object.keys(found)]);
  return [...names]
    .filter((name) => recorded[name] !== found[name])
    .map((name) => ({ name, recorded: recorded[name], found: found[name] }));
}
