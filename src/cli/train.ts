import { join } from 'node:path';
import type { Command } from 'commander';
import { loadExtra } from '../data/files/load.js';
import { explainModel, knownInputNames, scoreBands } from '../ensemble/predict/explain.js';
import { rowOf } from '../ensemble/predict/worst.js';
import type { PoolAsked } from '../ensemble/train/trained-pool.js';
import type { Evaluation, PairResult, Perturbations, TrainSummary } from '../ensemble/types.js';
import { featureStrokes } from '../features/index.js';
import { TRAIN_OPTIONS } from '../options.js';
import { formatCounters } from '../report/counters.js';
import type { Made } from '../report/made.js';
import { formatTrainedPool } from '../report/network-pool.js';
import { reportPage } from '../report/page.js';
import { openProgress } from '../report/screen.js';
import { describeMerged } from '../report/settings.js';
import { formatTrainSummary, type TrainReport, trainedPairs } from '../report/summary.js';
import type { ShownError } from '../report/worst-part.js';
import { interruptible } from '../run/interrupt.js';
import { type FolderResult, trainInFolder } from '../run/run-folder.js';
import { thisMaker } from '../run/run-identity.js';
import '../run/node.js';
import { commandAgain } from './command-again.js';
import { type LoadedData, loadForCommand, mayRound, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { withinOf } from './network-pool.js';
import { addOptions, type Flags, given } from './options.js';
import { pairBlock } from './pair-block.js';
import { openQueue } from './queue-option.js';
import { noteOfDefaults } from './table-note.js';
import { errorScreen, log, painter, print, printJson, usageError } from './terminal.js';
import { TRAINING_FLAGS, TRAINING_SAID } from './training-flags.js';

const EXAMPLES = `
Examples:
  fewbit train --data digits --shots 10 --out my-digits
  fewbit train --data mnist --classes 4,9 --shots 10 --time-limit 20 --out four-nine
  fewbit train --data table.csv --test test.csv --out table-model
  fewbit train --data patients.tsv --label disease --id patient --drop date,ward --out heart
  fewbit train --data digits --shots 10 --out my-digits --resume
  fewbit train --data digits --shots 10 --out share-2 --part 2/4
  fewbit train --data digits --shots 10 --out my-digits --queue redis://host`;

const FLAGS = [
  ...['data', 'dataDir', 'test', 'testShare', ...TABLE_FLAGS, 'weight', 'imageShape', 'extra', 'out'],
  ...TRAINING_FLAGS,
  ...[
    'calibrate',
    'pool',
    'within',
    'choose',
    'part',
    'queue',
    'shared',
    'perClass',
    'vote',
    'noReport',
    'stats',
    'json',
    'quiet',
  ],
] as const;

interface TrainFlags extends Flags<typeof FLAGS, 'data' | 'out' | 'vote'> {
  readonly perturb?: Perturbations;
  /** What `noReport` leaves. */
  readonly report: boolean;
}

/** `fewbit train`: an ensemble in a run folder. */
export function addTrain(program: Command, finish: Finish): void {
  const command = program
    .command('train')
    .description('train a network for every pair of classes and save the ensemble as DIR/model.json');
  addOptions(command, FLAGS, {
    ...TRAINING_SAID,
    out: { flag: '--out <dir>', help: 'the run folder; it is made', required: true },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (flags: TrainFlags) => {
      if (flags.testShare !== undefined && flags.extra !== undefined) {
        throw usageError('--test-share', 'not with --extra, whose rows count in the whole file');
      }
      const networks = networksAsked(flags);
      const data = await loadForCommand(flags);
      const { result, report } = await trainWithProgress(
        data,
        flags,
        commandAgain((command.parent as unknown as { rawArgs: string[] }).rawArgs),
        networks,
      );
      if (flags.json) printJson(summaryOf(result));
      else {
        print(formatTrainSummary(report, painter(process.stdout)));
        const pooled = result.pairs[0]?.pool;
        if (pooled !== undefined) {
          print([
            '',
            ...formatTrainedPool(pooled, knownInputNames(result.classifier.model), painter(process.stdout)),
          ]);
        }
        if (flags.stats) print(['', ...formatCounters(result.pairs.flatMap((pair) => pair.stages))]);
      }
      if (flags.part !== undefined && !result.interrupted) {
        log(
          `share ${flags.part.index} of ${flags.part.of}: ${trainedPairs(result.pairs)} trained, the others abstain; fewbit merge makes one model of all shares`,
        );
      }
      if (result.interrupted) {
        log(`interrupted: ${trainedPairs(result.pairs)} trained; the same command with --resume goes on`);
      }
      finish(EXIT_DONE);
    });
}

/** What `--pool`, `--within` and `--choose` ask for. */
function networksAsked({
  pool: size,
  within,
  choose,
  resume,
  part,
  calibrate,
  queue,
}: TrainFlags): PoolAsked | undefined {
  if (size === undefined) {
    for (const [name, value] of Object.entries({ within, choose })) {
      if (value !== undefined) throw usageError(`--${name}`, 'needs --pool');
    }
    return undefined;
  }
  for (const [name, value] of Object.entries({ resume, part, calibrate, queue })) {
    if (value !== undefined && value !== false) throw usageError('--pool', `not with --${name}`);
  }
  if (choose !== undefined && choose > size)
    throw usageError('--choose', `there are ${size} networks at most`);
  return { size, within: withinOf(within ?? '0'), ...(choose === undefined ? {} : { choose }) };
}

interface Trained {
  readonly result: FolderResult;
  readonly report: TrainReport;
}

/** Trains, judges and writes all files; the run folder is in use until then, and signals are heard. */
async function trainWithProgress(
  data: LoadedData,
  flags: TrainFlags,
  again: string,
  networks: PoolAsked | undefined,
): Promise<Trained> {
  const maker = await thisMaker();
  const { resume, force, part, quiet, calibrate } = flags;
  const { extra: _file, ...options } = given(flags, TRAIN_OPTIONS);
  const view = openProgress(errorScreen(), { quiet, paint: painter(process.stderr) });
  const interrupt = interruptible(
    () => view.note('interrupted: stopping with the best so far (again to quit)'),
    process,
    () => view.close(),
  );
  const pool = await openQueue(flags, (line) => view.note(line)).catch((error) => {
    interrupt.dispose();
    throw error;
  });
  const reportFile = join(flags.out, 'report.html');
  const reportOf = (result: FolderResult): TrainReport => {
    const files: [string, string][] = [['model', result.modelFile]];
    if (flags.report) files.push(['report', reportFile]);
    if (networks !== undefined) files.push(['networks', join(flags.out, 'pool.json')]);
    const rowName = data.train.image === undefined ? 'rows' : 'images';
    return { ...trainReport(result, evaluateAfterTraining(result, data, flags), files), rowName };
  };
  let report: TrainReport | undefined;
  try {
    const result = await trainInFolder(data.train, flags.out, {
      ...options,
      resume,
      force,
      part,
      calibrate,
      networks,
      pool,
      extra:
        flags.extra === undefined
          ? undefined
          : await loadExtra(flags.extra, data.train, mayRound(flags.scaling)),
      signal: interrupt.signal,
      onProgress: (event) => {
        view.onEvent(event);
        const merged = event.type === 'start' ? describeMerged(event.scaling) : undefined;
        if (merged !== undefined) view.note(`note: ${merged}`);
        const lost = event.type === 'start' && !quiet ? noteOfDefaults(data.train, options) : undefined;
        if (lost !== undefined) view.note(lost);
      },
      onNote: (note) => {
        if (!quiet || note.kind !== 'taken-over') view.note(note.line);
      },
      ...(flags.report
        ? {
            report: (result) => {
              report = reportOf(result);
              const { fingerprint } = result.classifier.model.data;
              return pageOf(report, result, data, flags, { ...maker, command: again, fingerprint });
            },
          }
        : {}),
    });
    return { result, report: report ?? reportOf(result) };
  } finally {
    await pool?.close().finally(() => view.close());
    view.close();
    interrupt.dispose();
  }
}

/** The test part is only worth its time where somebody sees the result. */
function evaluateAfterTraining(result: FolderResult, data: LoadedData, flags: TrainFlags): Evaluation | null {
  if (data.test === null || (flags.json && !flags.report)) return null;
  const { vote, perClass } = flags;
  return result.classifier.evaluate(data.test, {
    vote,
    perClass: perClass === 'all' ? undefined : (perClass ?? data.testImages),
    worst: MOST_ERRORS,
  });
}

/** Errors that the page shows. */
const MOST_ERRORS = 12;

function shownErrors({ test: judged }: TrainReport, { test }: LoadedData): ShownError[] {
  if (test === null) return [];
  return (judged?.worst ?? []).map((error) =>
    test.image === undefined ? error : { ...error, pixels: rowOf(test.samples, error.sample) },
  );
}

function trainReport(
  result: FolderResult,
  test: Evaluation | null,
  files: TrainReport['files'],
): TrainReport {
  const { model } = result.classifier;
  return {
    pairs: result.pairs,
    layers: model.layers,
    weightBound: model.weightBound,
    trainImages: model.data.samples,
    trainAccuracy: result.trainAccuracy,
    test,
    seconds: result.seconds,
    resumed: result.resumed,
    interrupted: result.interrupted,
    scaling: result.scaling,
    columns: result.columns,
    bytes: result.bytes,
    training: model.training,
    calibration: model.calibration,
    files,
  };
}

function pageOf(
  report: TrainReport,
  result: FolderResult,
  data: LoadedData,
  flags: TrainFlags,
  made: Made,
): string {
  const pairs = result.pairs.map(
    (pair, index): PairResult => ({ ...pair, network: result.classifier.pairs[index].network }),
  );
  const shots = flags.shots === undefined ? '' : `, ${flags.shots} of each class`;
  const { features, image } = result.classifier.model;
  const strokes =
    features === undefined || image === undefined ? undefined : featureStrokes(features.spec, image);
  return reportPage({
    ...report,
    title: `fewbit: ${data.name}${shots}`,
    pairs,
    image: data.train.image,
    inputs: knownInputNames(result.classifier.model),
    worst: shownErrors(report, data),
    made,
    ...(data.train.columns === undefined || data.train.image !== undefined
      ? {}
      : {
          explanation: {
            model: explainModel(result.classifier.model),
            bands: scoreBands(result.classifier, data.train),
          },
        }),
    ...(strokes === undefined ? {} : { strokes }),
  });
}

/** The contract's document, field by field: results carry more than that, such as the network of every stage. */
function summaryOf(result: FolderResult): TrainSummary {
  const { seconds, nonzero, links, bytes, trainAccuracy, scaling, columns, interrupted } = result;
  const pairs = result.pairs.map(pairBlock);

  return { pairs, seconds, nonzero, links, bytes, trainAccuracy, scaling, columns, interrupted };
}
