import type { Command } from 'commander';
import { resolveWorkers } from '../ensemble/options.js';
import { createPool, platform } from '../ensemble/train/platform.js';
import type { PairPool } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import { NAMED } from '../experiment/named.js';
import { experimentBlocks } from '../experiment/page.js';
import { ExperimentProgress, trialName } from '../experiment/progress.js';
import { ExperimentFolder } from '../experiment/run/folder.js';
import { type ExperimentResult, runExperiment } from '../experiment/run/run.js';
import { openWatch } from '../experiment/run/watch.js';
import { trialCount } from '../experiment/spec.js';
import { groupsOf } from '../experiment/summary.js';
import { countLine } from '../experiment/tables.js';
import { blocksAsText } from '../report/blocks.js';
import { formatTable } from '../report/tables.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import '../run/node.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { findSpec, prepare } from './experiment-spec.js';
import { type ExperimentView, openExperimentView } from './experiment-view.js';
import { addOptions, type Flags } from './options.js';
import { openQueue } from './queue-option.js';
import { log, painter, print, printJson, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit experiment --list
  fewbit experiment paper-1 --out results
  fewbit experiment my-grid.json --out results --watch 8080
  fewbit experiment my-grid.json --list`;

const FLAGS = [
  'out',
  'list',
  'dataDir',
  'workers',
  'queue',
  'shared',
  'resume',
  'watch',
  'json',
  'quiet',
] as const;

type ExperimentFlags = Flags<typeof FLAGS>;

/** `fewbit experiment`: many trainings, judged and put beside each other. */
export function addExperiment(program: Command, finish: Finish): void {
  const command = program
    .command('experiment')
    .description(
      'train and judge a grid of options over instances and seeds: tables, drawings, and the paper beside them',
    )
    .argument('[spec]', 'the name of an experiment (--list says them), or a JSON or YAML file');
  addOptions(command, FLAGS, {
    out: { flag: '--out <dir>', help: 'the folder of results; what it has is taken over, never overwritten' },
    resume: { help: 'go on with what --out has: always done, and said here for scripts' },
    quiet: { help: 'no progress on standard error' },
    json: { help: 'one JSON document on standard output, and a JSON line for every step on standard error' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: ExperimentFlags) => {
      if (given === undefined) {
        if (!flags.list)
          throw new InputError('experiment: no spec is given; fewbit experiment --list says their names');
        listNamed(flags);
        finish(EXIT_DONE);
        return;
      }
      const { spec, folder } = await findSpec(given);
      const places = [folder, flags.dataDir, process.env.FEWBIT_DATA];
      if (flags.list) {
        const trials = await prepare(spec, given, flags.dataDir, places);
        if (flags.json) printJson({ name: spec.name, trainings: trials.map(({ trial }) => trial) });
        else print([...trials.map(({ trial }) => trialName(trial)), `${trials.length} trainings`]);
        finish(EXIT_DONE);
        return;
      }
      if (flags.out === undefined) throw usageError('--out', 'is needed: the folder of results');
      const trials = await prepare(spec, given, flags.dataDir, places);
      const results = await ExperimentFolder.open(flags.out);
      try {
        finish(await run({ spec, trials, folder: results }, flags));
      } finally {
        await results.close();
      }
    });
}

/** Where pairs are solved. */
async function openPool(flags: ExperimentFlags): Promise<PairPool> {
  return (await openQueue(flags, log)) ?? createPool(resolveWorkers(flags.workers, platform().cores()));
}

type Task = Pick<Parameters<typeof runExperiment>[0], 'spec' | 'trials' | 'folder'>;

async function run(task: Task, flags: ExperimentFlags): Promise<number> {
  const pool = await openPool(flags); // first: where it cannot be opened nothing is to be closed
  const progress = new ExperimentProgress(() => performance.now());
  const watch = flags.watch === undefined ? undefined : await openWatch(progress, flags.watch);
  const view = openExperimentView(progress, { quiet: flags.quiet, json: flags.json });
  if (watch !== undefined) view.note(`watch: ${watch.url}`);
  const interrupt = interruptible(
    () => view.note('interrupted: stopping; the same command goes on (again to quit)'),
    process,
    () => view.close(),
  );
  const { seconds } = task.spec.budget;
  const budget = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1000)];
  try {
    const result = await runExperiment({
      ...task,
      pool,
      signal: AbortSignal.any([interrupt.signal, ...budget]),
      onEvent: (event) => view.onEvent(event),
    });
    view.close();
    show(result, task, flags, view);
    if (result.failed.length > 0) return EXIT_FAILED;
    return result.interrupted && result.done === 0 ? EXIT_INTERRUPTED : EXIT_DONE;
  } finally {
    view.close();
    watch?.close();
    interrupt.dispose();
    await pool.close();
  }
}

function show(
  { results, seconds, planned, done, there, failed, interrupted }: ExperimentResult,
  { spec, folder }: Task,
  flags: ExperimentFlags,
  view: ExperimentView,
): void {
  for (const { trial, message } of failed) log(`failed: ${view.nameOf(trial)}: ${message}`);
  if (interrupted)
    log(`${planned - done} of ${planned} trainings are not finished; the same command goes on`);
  const own = results.experiments.find((experiment) => experiment.spec.name === spec.name);
  if (own === undefined) return;
  const files = { csv: folder.file('csv'), results: folder.file('json'), report: folder.file('report') };
  if (flags.json) {
    const rows = new Map(results.rows.map((row) => [row.key, row]));
    const groups = groupsOf(own, results, seconds).map(
      ({ setting, rows: { length }, accuracy, best, least, nonzero, paper }) => ({
        ...{ setting, trainings: length, accuracy, best, least, nonzero, paper },
      }),
    );
    printJson({
      ...{ name: spec.name, trainings: planned, done, there, interrupted },
      failed: failed.map(({ trial, message }) => ({ ...trial, message })),
      summary: groups,
      rows: own.rows.map((key) => rows.get(key)),
      files,
    });
    return;
  }
  print([
    ...blocksAsText(experimentBlocks(own, results, seconds), painter(process.stdout)),
    '',
    countLine(groupsOf(own, results, seconds), own.complete),
    `Results written to ${files.csv}, ${files.results} and ${files.report}`,
  ]);
}

function listNamed({ json }: ExperimentFlags): void {
  const rows = NAMED.map(({ spec, networks, needs }) => ({
    name: spec.name,
    title: spec.title,
    data: [...new Set(spec.cases.flatMap((grid) => grid.data ?? []))],
    trainings: trialCount(spec),
    networks,
    needs,
  }));
  if (json) {
    printJson({ experiments: rows });
    return;
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  print([
    ...formatTable(
      [{ title: 'name' }, right('trainings'), right('networks'), right('one core'), { title: 'what' }],
      rows.map(({ name, trainings, networks, needs, title }) => [
        name,
        String(trainings),
        String(networks),
        needs,
        title,
      ]),
      painter(process.stdout),
    ),
    '',
    'mnist and fashion-mnist: fewbit fetch NAME gets them; tables: the CSV files under --data-dir or $FEWBIT_DATA.',
  ]);
}
