/* The run of `bench/highs.mjs`: who takes part, every run in turn, and what it comes to. */
import { Contestant } from './contestant.mjs';
import { permuted } from './permute.mjs';
import { nativeOnPath, runNative } from './run-native.mjs';
import { median, shiftedGeometricMean } from './statistics.mjs';
import { figure, percent, short } from './table.mjs';

/** Names that a contestant can have, those that can run here first. */
export function availableEngines() {
  return ['fewbit', 'highs', 'fewbit-cold', 'highs-cold', ...nativeOnPath()];
}

/**
 * Runs every engine on every instance in every permutation, one at a time. Cold contestants start a process a run, so
 * they get the first permutation only.
 *
 * @param onRun called with `{ instance, engine, permutation, ...outcome }` after each
 */
export async function race({ instances, engines, limit, permutations, grace = 5, onRun = () => {} }) {
  const contestants = new Map(
    engines
      .filter((engine) => /^(fewbit|highs)(-cold)?$/.test(engine))
      .map((engine) => [
        engine,
        new Contestant(engine.split('-')[0], engine.endsWith('-cold') ? 'cold' : 'warm', grace),
      ]),
  );
  const runs = [];
  try {
    for (const { name, problem, stage, known } of instances) {
      for (let permutation = 0; permutation < permutations; permutation++) {
        const task = { problem: permuted(problem, permutation), stage, limit, grace };
        for (const engine of engines) {
          if (engine.endsWith('-cold') && permutation > 0) continue;
          const contestant = contestants.get(engine);
          const outcome = await (contestant ? contestant.solve(task) : runNative(engine, task));
          const run = {
            instance: name,
            stage,
            engine,
            permutation,
            ...outcome,
            wrong: contradicts(outcome, stage, known),
          };
          runs.push(run);
          onRun(run);
        }
      }
    }
  } finally {
    for (const contestant of contestants.values()) contestant.close();
  }
  return runs;
}

/** Whether an answer cannot be true: a claimed optimum or bound that a known network or a known proof refutes. */
function contradicts({ status, objective, bound }, stage, known) {
  const sense = stage === 'mw' ? -1 : 1;
  const slack = 1e-6 * Math.max(1, Math.abs(known.best));
  if (bound !== null && sense * bound < sense * known.best - slack) return true;
  if (known.proven && objective !== null && sense * objective > sense * known.best + slack) return true;
  return status === 'infeasible';
}

/** One row an instance and engine; times are the median over the permutations, `-` where not all of them got there. */
export function perInstance(runs) {
  const head = ['instance', 'engine', 'first s', 'best s', 'proof s', 'nodes', 'objective', 'gap', 'solved'];
  const rows = [...grouped(runs).values()].map((group) => {
    const [{ instance, engine }] = group;
    const of = (name) => {
      const values = group.map((run) => run[name]);
      return values.includes(null) ? null : median(values);
    };
    const solved = group.filter((run) => run.proof !== null && !run.wrong).length;
    const wrong = group.some((run) => run.wrong) ? ' WRONG' : '';
    const killed = group.some((run) => run.status === 'killed') ? ' killed' : '';
    return [
      instance,
      engine,
      ...['first', 'best', 'proof', 'nodes'].map((name) => short(of(name))),
      figure(of('objective')),
      of('gap') > 10 ? '> 1000 %' : percent(of('gap'), 2), // an incumbent of nothing is any number of percent away
      `${solved}/${group.length}${killed}${wrong}`,
    ];
  });
  return [head, ...rows];
}

/**
 * One row an engine: how many runs are solved, and the shifted geometric mean of the times to proof, a run without one
 * counted as the limit. Cold engines have run one permutation only, so each pair is compared on what both have run.
 */
export function perEngine(runs, limit) {
  const engines = [...new Set(runs.map((run) => run.engine))];
  const means = (own) => [
    `${own.filter((run) => run.proof !== null && !run.wrong).length}/${own.length}`,
    short(shiftedGeometricMean(own.map((run) => (run.wrong ? limit : Math.min(run.proof ?? limit, limit))))),
    short(shiftedGeometricMean(own.map((run) => Math.min(run.first ?? limit, limit)))),
    short(shiftedGeometricMean(own.map((run) => Math.min(run.best ?? limit, limit)))),
    percent(mean(own.filter((run) => run.gap !== null).map((run) => Math.min(1, run.gap))), 2),
    String(own.filter((run) => run.wrong).length),
  ];
  const head = ['engine', 'solved', 'proof s', 'first s', 'best s', 'gap', 'wrong', 'proof s, permutation 0'];
  return [
    head,
    ...engines.map((engine) => {
      const own = runs.filter((run) => run.engine === engine);
      const [, original] = means(own.filter((run) => run.permutation === 0));
      return [engine, ...means(own), original];
    }),
  ];
}

const mean = (values) =>
  values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b, 0) / values.length;

/** The permutations of one instance and engine together, in the order they were run. */
function grouped(runs) {
  const groups = new Map();
  for (const run of runs) {
    const key = `${run.instance} ${run.engine}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}

export const CSV_FIELDS = [
  ...['instance', 'stage', 'engine', 'permutation', 'status', 'objective', 'bound', 'gap', 'nodes'],
  ...['first', 'best', 'proof', 'seconds', 'build', 'wrong'],
];
