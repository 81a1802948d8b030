import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { toC } from '../convert/c/index.js';
import { toJs } from '../convert/js/index.js';
import { toJson } from '../convert/json.js';
import { toOnnx } from '../convert/onnx/index.js';
import { certifiedRows, toProperties } from '../convert/onnx/vnnlib.js';
import { type ConvertedFile, type ConvertOptions, countingRule } from '../convert/types.js';
import { makeFolder } from '../data/files/paths.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { VoteRule } from '../ensemble/types.js';
import { measureSource } from './compilers.js';
import { type Checked, checkRows, type RunRows, runC, runJs, runJson, runOnnx } from './convert-check.js';
import { type JudgedData, loadForClassifier, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { modelFile } from './model-file.js';
import { addOptions, type Flags } from './options.js';
import { log, print, printJson, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit convert my-digits --to c --out firmware --name digits
  fewbit convert my-digits --to c --out firmware --name digits --optimise speed --check digits
  fewbit convert heart --to c --out board --check heart.csv --json
  fewbit convert my-digits --to js --out page --name digits
  fewbit convert my-digits --to onnx --out server --name digits --check digits
  fewbit convert my-digits --to onnx --out verify --name digits --check digits --vnnlib 20`;

const FLAGS = [
  ...['to', 'out', 'name', 'optimise', 'vote', 'radius', 'decimals', 'check', 'vnnlib', 'qonnx'],
  ...['dataDir', 'test', ...TABLE_FLAGS, 'imageShape', 'json'],
] as const;

type ConvertFlags = Flags<typeof FLAGS, 'to' | 'out' | 'vote'>;

/** `fewbit convert`: a saved model as the source of another place. */
export function addConvert(program: Command, finish: Finish): void {
  const command = program
    .command('convert')
    .description('write a saved model as C99, JavaScript, ONNX or plain JSON')
    .argument('<model>', 'model file, or the folder of a training');
  addOptions(command, FLAGS, {
    to: { required: true },
    out: { flag: '--out <dir>', help: 'folder to write into', required: true },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: ConvertFlags) => {
      refuseUseless(flags);
      const file = await modelFile(path);
      const classifier = EnsembleClassifier.load(await readText(file), file);
      if (classifier.model.calibration !== undefined) {
        log(
          `note: ${file}: the probabilities of the model do not go along; ${flags.to} answers labels and votes, fewbit predict --probability the rest`,
        );
      }
      const data =
        flags.check === undefined
          ? undefined
          : await loadForClassifier(classifier, file, { ...flags, data: flags.check });
      const converted = await convert(classifier, flags);
      const questions = data === undefined ? [] : certificates(classifier, data, flags);
      const files = [...converted.files, ...questions];
      await writeFiles(flags.out, files, { 'the model': file, '--check': flags.check, '--test': flags.test });
      const checked =
        data === undefined
          ? undefined
          : await checkRows(classifier, data, converted.run(data), checkOptions(flags));
      const { measured } = converted;
      const summary = {
        target: flags.to,
        files: files.map((one) => one.path),
        flashBytes: measured[0]?.flash ?? null,
        ramBytes: measured[0] === undefined ? null : measured[0].ram + (measured[0].stack ?? 0),
        checked: checked?.checked ?? 0,
        mismatches: checked?.mismatches ?? 0,
        measured,
      };
      if (flags.json) printJson(summary);
      else print(describe(flags, summary, checked));
      finish(summary.mismatches > 0 ? EXIT_FAILED : EXIT_DONE);
    });
}

type Measured = Awaited<ReturnType<typeof measureSource>>;

interface Converted {
  readonly files: readonly ConvertedFile[];
  readonly measured: Measured;
  run(data: JudgedData): RunRows;
}

async function convert(classifier: EnsembleClassifier, flags: ConvertFlags): Promise<Converted> {
  const { to, name, optimise, vote, radius, decimals, qonnx } = flags;
  const chosen: ConvertOptions = { name, optimise, vote, radius, decimals, qonnx };
  const { model } = classifier;
  if (to === 'c') {
    const target = toC(model, chosen);
    const measured = await measureSource(target.files(), target.name);
    return { files: target.files(measured), measured, run: (data) => runC(target, data) };
  }
  const made = { js: toJs, onnx: toOnnx, json: toJson }[to](model, chosen);
  const content = made[0].content;
  const run = {
    js: () => runJs(made, model),
    onnx: () => runOnnx(content as Uint8Array, model),
    json: () => runJson(content as string, model),
  }[to];
  return { files: made, measured: [], run };
}

/** The first rows whose certificate says something, as questions to outside verifiers. */
function certificates(
  classifier: EnsembleClassifier,
  { data, name }: JudgedData,
  flags: ConvertFlags,
): readonly ConvertedFile[] {
  if (flags.vnnlib === undefined) return [];
  const { values, rows, columns } = data.samples;
  const certified = certifiedRows(
    classifier,
    Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns)),
    countingRule(flags.vote),
    flags.vnnlib,
  );
  if (certified.length < flags.vnnlib) {
    log(
      `note: ${name}: ${certified.length} rows have a radius of 1 or more that ends; --vnnlib writes these`,
    );
  }
  return toProperties(classifier.model, countingRule(flags.vote), certified, flags.name);
}

function checkOptions({ vote, radius }: ConvertFlags): { vote: VoteRule; radius: boolean } {
  return { vote, radius: radius ?? false };
}

/** Everything is made before anything is written, and looked at whether it can be. */
async function writeFiles(
  out: string,
  files: readonly ConvertedFile[],
  sources: Parameters<typeof checkTargets>[1],
): Promise<void> {
  await makeFolder(out);
  for (const { path } of files) {
    await makeFolder(dirname(join(out, path)));
    await checkTargets({ '--out': join(out, path) }, sources);
  }
  for (const { path, content } of files) await writeWhole(join(out, path), content);
}

function describe(
  flags: ConvertFlags,
  { files, measured }: { readonly files: readonly string[]; readonly measured: Measured },
  checked: Checked | undefined,
): string[] {
  return [
    `${flags.out}: ${files.join(', ')}`,
    ...measured.map(
      ({ compiler, flash, ram, stack }) =>
        `flash ${flash} bytes, static RAM ${ram} bytes${stack === null ? '' : `, stack at most ${stack} bytes`} (${compiler})`,
    ),
    ...(checked === undefined ? [] : [`${checked.checked} rows checked, ${checked.mismatches} mismatches`]),
  ];
}

/** Options that would silently do nothing are a slip. */
function refuseUseless(flags: ConvertFlags): void {
  if (flags.to !== 'c') {
    if (flags.optimise !== undefined) throw usageError('--optimise', 'only with --to c');
    if (flags.decimals !== undefined) throw usageError('--decimals', 'only with --to c');
  }
  if (flags.vnnlib !== undefined && flags.to !== 'onnx') throw usageError('--vnnlib', 'only with --to onnx');
  if (flags.qonnx && flags.to !== 'onnx') throw usageError('--qonnx', 'only with --to onnx');
  if (flags.vnnlib !== undefined && flags.vote === 'margin') {
    throw usageError(
      '--vnnlib',
      'its questions are about votes that count; choose --vote paper or recursive',
    );
  }
  if (flags.radius && flags.to === 'onnx')
    throw usageError('--radius', 'not with --to onnx, which has no operators for it');
  if (flags.check === undefined) {
    for (const [name, value] of [
      ['--data-dir', flags.dataDir],
      ['--test', flags.test],
      ['--label', flags.label],
      ['--drop', flags.drop],
      ['--id', flags.id],
      ['--delimiter', flags.delimiter],
      ['--image-shape', flags.imageShape],
      ['--vnnlib', flags.vnnlib],
    ] as const) {
      if (value !== undefined) throw usageError(name, 'only with --check');
    }
  }
}
