import { type Command, Option } from 'commander';
import { loadExtra } from '../data/files/load.js';
import { pairProblem } from '../ensemble/train/pairs.js';
import { planTraining } from '../ensemble/train/train.js';
import type { TrainOptions } from '../ensemble/types.js';
import { quotedList } from '../printable.js';
import { formatProblem } from '../problem/file.js';
import { describeMerged } from '../report/settings.js';
import { type DataFlags, loadForCommand, mayRound } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, writeText } from './files.js';
import { options, parsePath } from './options.js';
import { log, printText, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit problem --data digits --classes 4,9 --shots 2 --out pair.problem.json
  fewbit problem --data mnist --classes 1,8 --shots 10 --hidden 4,4 --out one-eight.problem.json
  fewbit problem --data table.csv --hidden none`;

type Choice =
  | 'classes'
  | 'shots'
  | 'instance'
  | 'hidden'
  | 'weightBound'
  | 'objective'
  | 'perturb'
  | 'seed'
  | 'features'
  | 'scaling'
  | 'confidence';

interface ProblemFlags extends Omit<DataFlags, 'test'>, Pick<TrainOptions, Choice> {
  /** The file of the extra samples. */
  readonly extra?: string;
  readonly out?: string;
}

/** `fewbit problem`: what `fewbit train` would hand to the engine for one pair, as a file for `fewbit solve`. */
export function addProblem(program: Command, finish: Finish): void {
  program
    .command('problem')
    .description("write the training problem of two classes as a file, for 'fewbit solve'")
    .addOption(options.data())
    .addOption(options.dataDir())
    .addOption(options.imageShape())
    .addOption(options.extra())
    .addOption(options.classes('the two classes, as in 4,9; the first answers +1'))
    .addOption(options.shots())
    .addOption(options.instance())
    .addOption(options.hidden())
    .addOption(options.weightBound())
    .addOption(options.objective())
    .addOption(options.perturb('what margins must survive, as in linf=8,shift=1,rotate=10'))
    .addOption(options.features())
    .addOption(options.scaling())
    .addOption(options.confidence())
    .addOption(options.seed())
    .addOption(new Option('--out <file>', 'file to write (default: standard output)').argParser(parsePath))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProblemFlags) => {
      const { train } = await loadForCommand(flags);
      await checkTargets(flags.out);
      const { shots, instance, classes, hidden, weightBound, objective, perturb, seed } = flags;
      const { features, scaling, confidence } = flags;
      const { config, samples, pairs } = planTraining(train, {
        ...{ shots, instance, classes, hidden, weightBound, objective, perturb, seed },
        ...{ features, scaling, confidence },
        extra:
          flags.extra === undefined
            ? undefined
            : await loadExtra(flags.extra, train, mayRound(flags.scaling)),
      });
      if (pairs.length !== 1) {
        throw usageError(
          '--classes',
          `a problem has two classes; name two of ${quotedList(samples.classes)}`,
        );
      }
      const merged = describeMerged(samples.summary);
      if (merged !== undefined) log(`note: ${merged}`);
      const text = formatProblem(pairProblem(pairs[0], samples, config));
      if (flags.out === undefined) printText(text);
      else await writeText(flags.out, text);
      finish(EXIT_DONE);
    });
}
