import type { Command } from 'commander';
import { loadExtra } from '../data/files/load.js';
import { pairProblem } from '../ensemble/train/pairs.js';
import { planTraining } from '../ensemble/train/train.js';
import type { Perturbations } from '../ensemble/types.js';
import { LIMIT_OPTIONS } from '../options.js';
import { quotedList } from '../printable.js';
import { formatProblem } from '../problem/file.js';
import { describeMerged } from '../report/settings.js';
import { loadForCommand, mayRound, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, writeWhole } from './files.js';
import { addOptions, type Flags, given } from './options.js';
import { log, printText, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit problem --data digits --classes 4,9 --shots 2 --out pair.problem.json
  fewbit problem --data mnist --classes 1,8 --shots 10 --hidden 4,4 --out one-eight.problem.json
  fewbit problem --data table.csv --hidden none`;

const CHOICES = [
  ...['classes', 'shots', 'instance', 'hidden', 'weightBound', 'bias', 'noBias', 'objective', 'perturb'],
  ...['features', 'scaling', 'missing', 'encode', 'confidence', 'seed'],
  ...LIMIT_OPTIONS,
] as const;
const FLAGS = [
  'data',
  'dataDir',
  ...TABLE_FLAGS,
  'weight',
  'imageShape',
  'extra',
  ...CHOICES,
  'out',
] as const;

interface ProblemFlags extends Flags<typeof FLAGS, 'data'> {
  readonly perturb?: Perturbations;
}

/** `fewbit problem`: what `fewbit train` would hand to the engine for one pair, as a file for `fewbit solve`. */
export function addProblem(program: Command, finish: Finish): void {
  const command = program
    .command('problem')
    .description("write the training problem of two classes as a file, for 'fewbit solve'");
  addOptions(command, FLAGS, {
    data: { required: true },
    classes: { scope: 'the two classes, as in 4,9; the first answers +1' },
    perturb: {
      scope: 'what margins must survive, as in linf=8,shift=1,rotate=10; of tables linf=0.1sd or linf:age=2',
    },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProblemFlags) => {
      const { train } = await loadForCommand(flags);
      await checkTargets({ '--out': flags.out }, { '--data': flags.data, '--extra': flags.extra });
      const { config, samples, pairs } = planTraining(train, {
        ...given(flags, CHOICES),
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
      else await writeWhole(flags.out, text);
      finish(EXIT_DONE);
    });
}
