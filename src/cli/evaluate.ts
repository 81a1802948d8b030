import type { Command } from 'commander';
import type { CertifyOptions } from '../ensemble/predict/certify-evaluate.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { Perturbations } from '../ensemble/types.js';
import { formatCertificates } from '../report/certificates.js';
import { evaluationPage } from '../report/evaluation-page.js';
import { formatEvaluation } from '../report/summary.js';
import { loadForClassifier, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { modelFile } from './model-file.js';
import { addOptions, type Flags } from './options.js';
import { painter, print, printJson, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit evaluate my-digits/model.json --data digits
  fewbit evaluate mnist-10/model.json --data mnist --vote recursive
  fewbit evaluate mnist-10/model.json --data mnist --perturb linf=4 --json
  fewbit evaluate mnist-10/model.json --data mnist --certify 1,4,8,16 --report mnist-10.html`;

const FLAGS = [
  ...['data', 'dataDir', 'test', 'testShare', ...TABLE_FLAGS, 'imageShape', 'perClass', 'vote', 'perturb'],
  ...['certify', 'attack', 'clip', 'seed', 'report', 'json'],
] as const;

interface EvaluateFlags extends Flags<typeof FLAGS, 'data' | 'vote'> {
  readonly perturb?: Perturbations;
}

/** `fewbit evaluate`: a saved model on test samples. */
export function addEvaluate(program: Command, finish: Finish): void {
  const command = program
    .command('evaluate')
    .description('judge a saved model on test samples: accuracy, confusion matrix, outcomes of the vote')
    .argument('<model>', 'model file, or the folder of a training');
  addOptions(command, FLAGS, {
    data: { required: true },
    label: { help: "the column of class names (default: the model's)" },
    perturb: {
      scope:
        'worst case over a perturbation set, as in linf=8,shift=1,rotate=10; of tables linf=0.1sd or linf:age=2',
    },
    testShare: { help: 'only the rows that train --test-share has held out, with the same share and seed' },
    seed: { help: "of random copies (default: the model's), of rows held out, and of the attack" },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: EvaluateFlags) => {
      const file = await modelFile(path);
      const classifier = EnsembleClassifier.load(await readText(file), file);
      const data = await loadForClassifier(classifier, file, flags);
      refuseWithoutCertify(flags);
      await checkTargets(
        { '--report': flags.report },
        { 'the model': file, '--data': flags.data, '--test': flags.test },
      );
      const judged = data.data;
      const rowName = judged.image === undefined ? 'rows' : 'images';
      const common = {
        vote: flags.vote,
        perClass: flags.perClass === 'all' ? undefined : (flags.perClass ?? data.testImages),
        seed: flags.seed,
      };
      const evaluation = classifier.evaluate(judged, { ...common, perturb: flags.perturb });
      const certify =
        flags.certify === undefined
          ? undefined
          : classifier.evaluateCertificates(judged, {
              ...common,
              ...radiiOf(flags.certify),
              attack: flags.attack,
              clip: flags.clip,
            });
      if (flags.report !== undefined) {
        const title = `fewbit: ${path} on ${data.name}`;
        await writeWhole(flags.report, evaluationPage({ title, evaluation, certify, rowName }));
      }
      if (flags.json) printJson(certify === undefined ? evaluation : { ...evaluation, certify });
      else {
        const paint = painter(process.stdout);
        const more = certify === undefined ? [] : ['', ...formatCertificates(certify, paint, rowName)];
        print([...formatEvaluation(evaluation, paint, rowName), ...more]);
      }
      finish(EXIT_DONE);
    });
}

/** What `--certify` says: its radii, in one unit or the other, or none. */
function radiiOf(asked: NonNullable<EvaluateFlags['certify']>): Pick<CertifyOptions, 'radii' | 'sd'> {
  if (asked === true) return {};
  return 'sd' in asked ? asked : { radii: asked };
}

/** Options that would silently do nothing are a slip. */
function refuseWithoutCertify(flags: EvaluateFlags): void {
  if (flags.certify !== undefined) return;
  for (const name of ['attack', 'clip'] as const) {
    if (flags[name] !== undefined) throw usageError(`--${name}`, 'only with --certify');
  }
}
