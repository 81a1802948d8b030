import { basename, dirname, extname, join } from 'node:path';
import { Command } from 'commander';
import { kindOf } from '../data/files/paths.js';
import { canonicalJson } from '../ensemble/model/canonical-json.js';
import type { TrainOptions, VoteRule } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { NAMED } from '../experiment/named.js';
import { trialName } from '../experiment/progress.js';
import type { PreparedTrial } from '../experiment/run/run.js';
import { type ExperimentSpec, readSpec, type Trial, trialsOf } from '../experiment/spec.js';
import { parseJson } from '../json.js';
import { nearest } from '../option-names.js';
import { type OptionName, TRAIN_OPTIONS } from '../options.js';
import { quoted } from '../printable.js';
import { type DataFlags, type LoadedData, loadForCommand, TABLE_FLAGS } from './data.js';
import { readText } from './files.js';
import { attributeOf, readOption } from './option-texts.js';
import { addOptions, given } from './options.js';
import { TRAINING_FLAGS, TRAINING_SAID } from './training-flags.js';

/** Specs of experiments: where they come from, and what the command line makes of their texts. */

const YAML = ['.yaml', '.yml'];

/** A spec by its name, or of a file. Where it is neither, the line says what there is. */
export async function findSpec(given: string): Promise<{ spec: ExperimentSpec; folder: string | undefined }> {
  const named = NAMED.find(({ spec }) => spec.name === given);
  if (named !== undefined) return { spec: named.spec, folder: undefined };
  if ((await kindOf(given)) === 'none') {
    const names = NAMED.map(({ spec }) => spec.name);
    const near = nearest(given, names);
    const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
    throw new InputError(`${given}: no such file, and no experiment of this name; ${hint}`);
  }
  const extension = extname(given);
  const text = await readText(given);
  const raw = YAML.includes(extension) ? await parseYaml(text, given) : parseJson(text, given);
  const name = basename(given, extension).replace(/[^\w.-]/g, '-') || 'experiment';
  const spec = readSpec(raw, given, name);
  if (NAMED.some((one) => one.spec.name === spec.name)) {
    throw new InputError(`${given}: name: ${spec.name} is the name of an experiment of fewbit`);
  }
  return { spec, folder: dirname(given) };
}

/** By the package `yaml`, which is optional. Aliases are few: what a few lines blow up to is no spec. */
async function parseYaml(text: string, where: string): Promise<unknown> {
  const specifier = 'yaml';
  let yaml: { parse(text: string, options?: { readonly maxAliasCount?: number }): unknown };
  try {
    yaml = await import(specifier);
  } catch {
    throw new InputError(
      `${where}: YAML is read by the optional package yaml; run: npm install yaml, or write JSON`,
    );
  }
  try {
    return yaml.parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new InputError(`${where}: no YAML (${(error as Error).message.split('\n')[0]})`);
  }
}

/** What a spec may have of the options of `train` and `evaluate`, by a command that nobody runs. */
const PARSER_FLAGS = [
  ...['data', 'test', 'testShare', ...TABLE_FLAGS, 'imageShape'],
  ...TRAINING_FLAGS,
  ...['perClass', 'vote', 'certify'],
] as const satisfies readonly OptionName[];
const NOT_IN_SPECS: readonly string[] = ['workers', 'resume', 'force', 'instance', 'seed'];
/** `perturb` is the training's. */
const JUDGE_PERTURB = 'evaluate-perturb';

function parser(): Command {
  return addOptions(new Command('experiment'), PARSER_FLAGS, TRAINING_SAID);
}

/** The options that decide what is read, and how. */
const LOADING = [
  ...['data', 'test', 'testShare', ...TABLE_FLAGS, 'imageShape', 'scaling', 'missing', 'encode'],
] as const;

/**
 * Trials with their data, each data set read once, and with the values of their options.
 *
 * @param places where data are looked for that are no names and not in the working folder: the spec's folder, data folders
 */
export async function prepare(
  spec: ExperimentSpec,
  where: string,
  dataDir: string | undefined,
  places: readonly (string | undefined)[],
): Promise<PreparedTrial[]> {
  const command = parser();
  const names = command.options.map(({ long }) => (long ?? '').replace(/^--/, ''));
  const loaded = new Map<string, Promise<LoadedData>>();
  const prepared: PreparedTrial[] = [];
  for (const trial of trialsOf(spec)) {
    const values = valuesOf(command, names, trial, where);
    if (values.data === undefined) throw new InputError(`${where}: options: data is missing`);
    const flags = { ...given(values, LOADING), dataDir } as DataFlags;
    const found = await withPaths(flags, places);
    const key = canonicalJson(found.testShare === undefined ? found : { ...found, seed: trial.seed });
    let data = loaded.get(key);
    if (data === undefined) {
      data = loadForCommand({ ...found, seed: trial.seed });
      loaded.set(key, data);
    }
    prepared.push(preparedTrial(trial, values, await data));
  }
  return prepared;
}

type Values = Readonly<Record<string, unknown>>;

function valuesOf(command: Command, names: readonly string[], { setting }: Trial, where: string): Values {
  const values: Record<string, unknown> = {};
  for (const [option, text] of Object.entries(setting)) {
    const isJudging = option === JUDGE_PERTURB;
    const name = isJudging ? 'perturb' : attributeOf(command, option);
    if (name === undefined || NOT_IN_SPECS.includes(name)) {
      const near = nearest(option, [...names, JUDGE_PERTURB]);
      const hint = near === undefined || near === option ? '' : `; did you mean ${near}?`;
      throw new InputError(
        `${where}: options: ${quoted(option)} is no option that an experiment can have${hint}`,
      );
    }
    try {
      const read = readOption(command, isJudging ? 'perturb' : option, text);
      if (isJudging) values[JUDGE_PERTURB] = read.perturb;
      else Object.assign(values, read);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${where}: options: ${error.message}`) : error;
    }
  }
  return values;
}

/** Files that are not where the command was called are looked for beside the spec and in the data folders. */
async function withPaths(flags: DataFlags, places: readonly (string | undefined)[]): Promise<DataFlags> {
  const found = async (path: string): Promise<string> => {
    if (NAMES.has(path) || (await kindOf(path)) !== 'none') return path;
    for (const place of places) {
      if (place !== undefined && (await kindOf(join(place, path))) !== 'none') return join(place, path);
    }
    return path;
  };
  const { data, test } = flags;
  return { ...flags, data: await found(data), ...(test === undefined ? {} : { test: await found(test) }) };
}

const NAMES: ReadonlySet<string> = new Set(['digits', 'mnist', 'fashion-mnist']);

function preparedTrial(trial: Trial, values: Values, { train, test, testImages }: LoadedData): PreparedTrial {
  const { instance, seed } = trial;
  const options: TrainOptions = {
    ...(given(
      values,
      TRAIN_OPTIONS.filter((name) => Object.hasOwn(values, name)),
    ) as TrainOptions),
    seed,
    ...(values.shots === undefined ? {} : { instance }),
  };
  if (values.shots === undefined && instance !== 0) {
    throw new InputError(
      `${trialName(trial)}: instances are shares of shots samples; give shots, or one instance`,
    );
  }
  const { perClass, certify } = values as { perClass?: number | 'all'; certify?: true | readonly number[] };
  const judging = {
    vote: (values.vote ?? 'paper') as VoteRule,
    ...(perClass === 'all' ? {} : { perClass: perClass ?? testImages }),
    ...(values[JUDGE_PERTURB] === undefined ? {} : { perturb: values[JUDGE_PERTURB] as never }),
    ...(certify === undefined ? {} : { radii: certify === true ? DEFAULT_RADII : certify }),
  };
  return { trial, train, test, options, judging };
}

const DEFAULT_RADII = [1, 4, 8, 16];
