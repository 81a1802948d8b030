import { type Command, Option } from 'commander';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { Perturbations, VoteRule } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { formatCertificates } from '../report/certificates.js';
import { evaluationPage } from '../report/evaluation-page.js';
import { formatEvaluation } from '../report/summary.js';
import { type DataFlags, type JudgedData, loadForModel } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeText } from './files.js';
import { modelFile } from './model-file.js';
import { integerParser, options, parseClip, parsePath, parseRadii } from './options.js';
import { painter, print, printJson, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit evaluate my-digits/model.json --data digits
  fewbit evaluate mnist-10/model.json --data mnist --vote recursive
  fewbit evaluate mnist-10/model.json --data mnist --perturb linf=4 --json
  fewbit evaluate mnist-10/model.json --data mnist --certify 1,4,8,16 --report mnist-10.html`;

interface EvaluateFlags extends DataFlags {
  readonly perClass?: number | 'all';
  readonly vote: VoteRule;
  readonly perturb?: Perturbations;
  /** `true`: at the default radii. */
  readonly certify?: true | readonly number[];
  readonly attack?: number;
  readonly clip?: readonly [number, number];
  readonly seed?: number;
  readonly report?: string;
  readonly json?: boolean;
}

/** `fewbit evaluate`: a saved model on test samples. */
export function addEvaluate(program: Command, finish: Finish): void {
  program
    .command('evaluate')
    .description('judge a saved model on test samples: accuracy, confusion matrix, outcomes of the vote')
    .argument('<model>', 'model file, or the folder of a training')
    .addOption(options.data())
    .addOption(options.dataDir())
    .addOption(options.test())
    .addOption(options.imageShape())
    .addOption(options.perClass())
    .addOption(options.vote())
    .addOption(options.perturb('worst case over a perturbation set, as in linf=8,shift=1,rotate=10'))
    .addOption(
      new Option(
        '--certify [radii]',
        'certified accuracy within L-infinity radii, and an attack (default: 1,4,8,16)',
      ).argParser(parseRadii),
    )
    .addOption(
      new Option(
        '--attack <N>',
        'with --certify: how many samples to attack, 0 for none (default: 200)',
      ).argParser(integerParser(0)),
    )
    .addOption(
      new Option(
        '--clip <range>',
        'with --certify: only inputs with values in this range, as in 0,255',
      ).argParser(parseClip),
    )
    .addOption(options.seed("of random copies (default: the model's) and of the attack"))
    .addOption(new Option('--report <file>', 'write a page with the evaluation').argParser(parsePath))
    .addOption(options.json())
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: EvaluateFlags) => {
      const file = await modelFile(path);
      const classifier = EnsembleClassifier.load(await readText(file), file);
      const { classes, columns, training } = classifier.model;
      const like = { classes, columns, whose: 'the model', scaling: training.scaling };
      const data = await loadForModel(flags, like);
      checkInputs(classifier, file, data);
      refuseWithoutCertify(flags);
      await checkTargets(flags.report);
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
              radii: flags.certify === true ? undefined : flags.certify,
              attack: flags.attack,
              clip: flags.clip,
            });
      if (flags.report !== undefined) {
        const title = `fewbit: ${path} on ${data.name}`;
        await writeText(flags.report, evaluationPage({ title, evaluation, certify, rowName }));
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

function checkInputs({ inputs }: EnsembleClassifier, file: string, { name, data }: JudgedData): void {
  const { columns } = data.samples;
  if (columns === inputs) return;
  throw new InputError(`${file}: the model has ${inputs} inputs, but samples of ${name} have ${columns}`);
}

/** Options that would silently do nothing are a slip. */
function refuseWithoutCertify(flags: EvaluateFlags): void {
  if (flags.certify !== undefined) return;
  for (const name of ['attack', 'clip'] as const) {
    if (flags[name] !== undefined) throw usageError(`--${name}`, 'only with --certify');
  }
}
