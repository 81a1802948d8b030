import { join } from 'node:path';
import type { Command } from 'commander';
import { benchPage } from '../bench/page.js';
import { CONTESTANTS, type Contestant, contestants } from '../bench/race/contestants.js';
import { race } from '../bench/race/race.js';
import { coreForRuns } from '../bench/race/system.js';
import { type SolverSummary, summaries, withCrossChecks } from '../bench/summary.js';
import { isClosed, isLost, isProved, type Run } from '../bench/types.js';
import { InputError } from '../errors.js';
import { formatObjective } from '../report/numbers.js';
import { formatTable } from '../report/tables.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import { instancesOf } from './bench-suite.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { checkTargets, writeWhole } from './files.js';
import { addOptions, type Flags } from './options.js';
import { log, painter, print, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit bench
  fewbit bench --suite medium --rivals highs,cbc --permutations 3 --time-limit 60 --out race
  fewbit bench --suite my-problems --rivals none --report page.html`;

const FLAGS = ['suite', 'rivals', 'permutations', 'timeLimit', 'out', 'report', 'json', 'quiet'] as const;

type BenchFlags = Flags<typeof FLAGS>;

const LIMIT = 10;

/** `fewbit bench`: our engine and general solvers on the same instances, every answer judged before it counts. */
export function addBench(program: Command, finish: Finish): void {
  const command = program
    .command('bench')
    .description('race our engine against general solvers; every answer is checked before it counts');
  addOptions(command, FLAGS, {
    timeLimit: { help: 'seconds a run (default: 10); a process is killed 5 s later' },
    out: { flag: '--out <dir>', help: 'folder for the runs: what stands there is not run again' },
    report: { help: 'write a page with tables and drawings' },
    quiet: { help: 'no line for every run on standard error' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (flags: BenchFlags) => {
      const instances = await instancesOf(flags.suite ?? 'small');
      const taking = await chosen(flags.rivals);
      await checkTargets({ '--report': flags.report });
      const interrupt = interruptible(() => log('bench: interrupted, ending with the runs so far'));
      const limit = flags.timeLimit ?? LIMIT;
      const core = coreForRuns();
      try {
        const raw = await race({
          instances,
          contestants: taking,
          permutations: flags.permutations ?? 1,
          limit,
          out: flags.out,
          core,
          signal: interrupt.signal,
          onRun: (run, isNew) => {
            if (!flags.quiet) log(`${lineOf(run)}${isNew ? '' : ' (from --out)'}`);
          },
        });
        if (raw.length === 0) {
          finish(EXIT_INTERRUPTED);
          return;
        }
        const runs = withCrossChecks(raw, instances);
        const document = {
          suite: flags.suite ?? 'small',
          limit,
          core: core ?? null,
          runs,
          summary: summaries(runs),
        };
        if (flags.out !== undefined)
          await writeWhole(join(flags.out, 'bench.json'), `${JSON.stringify(document)}\n`);
        if (flags.report !== undefined) await writeWhole(flags.report, benchPage(document));
        show(document, flags);
        // A wrong answer of a rival is a result; one of ours is a failure.
        const isOurs = runs.some(({ solver, verdict }) => solver === 'fewbit' && verdict === 'wrong');
        finish(isOurs ? EXIT_FAILED : EXIT_DONE);
      } finally {
        interrupt.dispose();
      }
    });
}

/** Our engine and the rivals of a list; without one all that are there. */
async function chosen(rivals: string | undefined): Promise<Contestant[]> {
  const names = rivals === undefined || rivals === 'none' ? [] : rivals.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name === 'fewbit' || !CONTESTANTS.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      `option --rivals: no rival '${unknown}'; there are none, ${CONTESTANTS.slice(1).join(', ')}`,
    );
  }
  const there = await contestants();
  const missing = names.find((name) => !there.some((one) => one.name === name));
  if (missing !== undefined) {
    const how = missing === 'highs' ? 'run: npm install highs' : 'its program is not on the PATH';
    throw new InputError(`option --rivals: ${missing} is not here (${how})`);
  }
  return there.filter(({ name }) => name === 'fewbit' || rivals === undefined || names.includes(name));
}

function lineOf({ instance, solver, permutation, status, objective, seconds, verdict, said }: Run): string {
  const isNoted = said !== undefined && status !== 'killed';
  const wrong = verdict === 'wrong' ? ` WRONG: ${said}` : isNoted ? `: ${said}` : '';
  return `${instance} ${solver} #${permutation}: ${status} ${formatObjective(objective)} in ${seconds.toFixed(2)} s${wrong}`;
}

interface Document {
  readonly suite: string;
  readonly limit: number;
  readonly core: number | null;
  readonly runs: readonly Run[];
  readonly summary: readonly SolverSummary[];
}

function show(document: Document, flags: BenchFlags): void {
  if (flags.json) {
    printJson(document);
    return;
  }
  const { runs, summary, limit, core } = document;
  const count = new Set(runs.map(({ instance }) => instance)).size;
  print([
    ...instanceTable(runs),
    '',
    ...solverTable(summary),
    '',
    `${count} ${count === 1 ? 'instance' : 'instances'}, limit ${limit} s a run${core === null ? '' : `, pinned to core ${core}`}.`,
    'Means are shifted geometric (shift 1 s); a run without a proof, or with a wrong one, counts as its limit.',
    ...(flags.out === undefined ? [] : [`Runs written to ${flags.out}`]),
    ...(flags.report === undefined ? [] : [`Page written to ${flags.report}`]),
  ]);
}

/** A row an instance, a column a solver: the time of a proof, or what there is instead. */
function instanceTable(runs: readonly Run[]): string[] {
  const solvers = [...new Set(runs.map(({ solver }) => solver))];
  const columns = [
    { title: 'instance', align: 'left' as const },
    ...solvers.map((solver) => ({ title: solver, align: 'right' as const })),
  ];
  const rows = [...new Set(runs.map(({ instance }) => instance))].map((instance) => [
    instance,
    ...solvers.map((solver) =>
      cellOf(runs.filter((run) => run.instance === instance && run.solver === solver)),
    ),
  ]);
  return formatTable(columns, rows, painter(process.stdout));
}

/** Seconds to the proof, the largest of the permutations; or the gap that was left, the largest. */
function cellOf(runs: readonly Run[]): string {
  if (runs.length === 0) return '-';
  if (runs.some(({ verdict }) => verdict === 'wrong')) return 'WRONG';
  if (runs.every(isProved)) return `${Math.max(...runs.map(({ seconds }) => seconds)).toFixed(2)} s`;
  const lost = runs.find(isLost);
  if (lost !== undefined) return lost.status;
  const open = runs.filter((run) => !isProved(run));
  if (open.every(isClosed)) return 'late';
  const gaps = open.map(({ gap }) => gap ?? Number.POSITIVE_INFINITY);
  const gap = Math.max(...gaps);
  return gap > 10 ? 'gap > 1000 %' : `gap ${(100 * gap).toFixed(1)} %`;
}

function solverTable(summary: readonly SolverSummary[]): string[] {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: 'solver', align: 'left' as const },
    ...['version', 'proved', 'mean s', 'best s', 'gap left', 'memory', 'wrong', 'lost'].map(right),
  ];
  const seconds = (value: number | null) => (value === null ? '-' : value.toFixed(2));
  const rows = summary.map(({ solver, version, runs, proved, sgm, sgmBest, gap, memory, wrong, lost }) => [
    solver,
    version,
    `${proved}/${runs}`,
    seconds(sgm),
    seconds(sgmBest),
    gap === null ? '-' : `${(100 * gap).toFixed(1)} %`,
    memory === null ? '-' : `${Math.round(memory / 2 ** 20)} MiB`,
    String(wrong),
    String(lost),
  ]);
  return formatTable(columns, rows, painter(process.stdout));
}
