import type { Command } from 'commander';
import { EnsembleClassifier } from '../ensemble/classifier.js';
import type { Perturbations, VoteRule } from '../ensemble/types.js';
import { formatEvaluation } from '../report/summary.js';
import { type DataFlags, loadForCommand } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { readText } from './files.js';
import { options } from './options.js';
import { painter, print, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit evaluate my-digits/model.json --data digits
  fewbit evaluate mnist-10/model.json --data mnist --vote recursive
  fewbit evaluate mnist-10/model.json --data mnist --perturb linf=4 --json`;

interface EvaluateFlags extends DataFlags {
  readonly perClass?: number | 'all';
  readonly vote: VoteRule;
  readonly perturb?: Perturbations;
  readonly json?: boolean;
}

/** `fewbit evaluate`: a saved model on test samples. */
export function addEvaluate(program: Command, finish: Finish): void {
  program
    .command('evaluate')
    .description('judge a saved model on test samples: accuracy, confusion matrix, outcomes of the vote')
    .argument('<model>', 'model file')
    .addOption(options.data())
    .addOption(options.dataDir())
    .addOption(options.test())
    .addOption(options.imageShape())
    .addOption(options.perClass())
    .addOption(options.vote())
    .addOption(options.perturb('worst case over linf=8,shift=1,rotate=10, any of the three'))
    .addOption(options.json())
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: EvaluateFlags) => {
      const classifier = EnsembleClassifier.load(await readText(path), path);
      const data = await loadForCommand(flags);
      const evaluation = classifier.evaluate(data.test ?? data.train, {
        vote: flags.vote,
        perturb: flags.perturb,
        perClass: flags.perClass === 'all' ? undefined : (flags.perClass ?? data.testImages),
      });
      if (flags.json) printJson(evaluation);
      else print(formatEvaluation(evaluation, painter(process.stdout)));
      finish(EXIT_DONE);
    });
}
