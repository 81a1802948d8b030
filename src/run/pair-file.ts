import { documentChecksum } from '../ensemble/model/checksum.js';
import { readNetwork, readStage, withBiases } from '../ensemble/model/read.js';
import { encodeWeights } from '../ensemble/model/weights-text.js';
import type { TrainingPlan } from '../ensemble/train/train.js';
import type { PairResult } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import * as check from '../json-check.js';
import { linkCount, nonzeroCount } from '../network/links.js';
import type { HistoryPoint } from '../problem/solution.js';
import type { Counters } from '../stages/types.js';

const PAIR_FORMAT = 'fewbit-pair';
/** Version 1 did not name its run. */
const PAIR_VERSION = 2;

/** The file is whole, but says that it belongs to another run, or does not say to which. */
export class ForeignPairError extends InputError {}

/**
 * One finished pair of the run `run` as the text of its file in a run folder: stages with their seconds, weights as in a
 * model file.
 */
export function pairToText(pair: number, result: PairResult, run: string): string {
  const document = {
    format: PAIR_FORMAT,
    version: PAIR_VERSION,
    run,
    pair,
    classes: result.classes,
    stages: result.stages,
    ...(result.share === undefined ? {} : { share: result.share }),
    ...(result.uncertified === undefined ? {} : { uncertified: result.uncertified }),
    weights: result.network?.weights.map((layer) => layer.map(encodeWeights)) ?? null,
    ...(result.network?.biases === undefined ? {} : { biases: result.network.biases }),
  };
  return `${JSON.stringify({ ...document, checksum: documentChecksum(document) })}\n`;
}

/** What the files of a run's pairs have in common. */
export interface PairForm {
  /** The classes of each pair, in order. */
  readonly pairs: readonly { readonly classes: readonly [string, string] }[];
  readonly layers: readonly number[];
  readonly weightBound: number;
}

/** The form of a plan's pairs. */
export function formOf({ pairs, samples, config }: TrainingPlan): PairForm {
  return { pairs, layers: [samples.inputs, ...config.hidden, 1], weightBound: config.weightBound };
}

/** A pair taken over, and the run that it names. */
export interface SavedPair {
  readonly run: string;
  readonly result: PairResult;
}

/**
 * Reads a pair file back as the result of pair `index` of its run. Throws `InputError` when the text is damaged or is of
 * another pair: the caller then trains the pair again. Throws `ForeignPairError` when it names a run that is not in `runs`.
 */
export function pairFromText(
  text: string,
  form: PairForm,
  index: number,
  runs: ReadonlySet<string>,
  where: string,
): SavedPair {
  const document = check.object(parseJson(text, where), where);
  if (document.format !== PAIR_FORMAT) throw new InputError(`${where}: not the file of a pair`);
  if (document.checksum !== documentChecksum(document)) {
    throw new InputError(`${where}: the checksum does not fit the content`);
  }
  const { run } = document;
  if (document.version !== PAIR_VERSION || typeof run !== 'string') {
    throw new ForeignPairError(`${where}: does not name its run`);
  }
  if (!runs.has(run)) throw new ForeignPairError(`${where}: belongs to another run`);
  const pair = form.pairs[index];
  if (document.pair !== index || pair === undefined)
    throw new InputError(`${where}: not the file of pair ${index}`);
  const { classes } = pair;
  const names = check.array(document.classes, `${where}: classes`, 2);
  if (names[0] !== classes[0] || names[1] !== classes[1]) {
    throw new InputError(`${where}: classes are not ${classes.join(', ')}`);
  }
  const { layers, weightBound } = form;
  const plain = readNetwork(document.weights, layers, weightBound, `${where}: weights`);
  const network = withBiases(plain, document.biases, `${where}: biases`);
  const result: PairResult = {
    classes,
    stages: check.array(document.stages, `${where}: stages`).map((stage, s) => {
      const at = `${where}: stages[${s}]`;
      const { seconds, counters, history } = check.object(stage, at);
      return {
        ...readStage(stage, at),
        seconds: check.numberOrNull(seconds, `${at}.seconds`) ?? 0,
        ...(counters === undefined ? {} : { counters: readCounters(counters, `${at}.counters`) }),
        ...(history === undefined ? {} : { history: readHistory(history, `${at}.history`) }),
      };
    }),
    nonzero: network === null ? 0 : nonzeroCount(network),
    links: linkCount(layers),
    network,
    ...(document.share === undefined
      ? {}
      : { share: check.numberOrNull(document.share, `${where}: share`) ?? 1 }),
    ...(document.uncertified === undefined
      ? {}
      : {
          uncertified: check
            .array(document.uncertified, `${where}: uncertified`)
            .map((sample, n) => check.integer(sample, `${where}: uncertified[${n}]`, 0)),
        }),
  };
  return { run, result };
}

function readHistory(raw: unknown, where: string): HistoryPoint[] {
  return check.array(raw, where).map((entry, n): HistoryPoint => {
    const at = `${where}[${n}]`;
    const [work, objective, bound] = check.array(entry, at, 3);
    return [
      check.integer(work, `${at}[0]`, 0),
      check.numberOrNull(objective, `${at}[1]`),
      check.numberOrNull(bound, `${at}[2]`),
    ];
  });
}

function readCounters(raw: unknown, where: string): Counters {
  const groups = Object.entries(check.object(raw, where)).map(([group, entries]) => {
    const counts = Object.entries(check.object(entries, `${where}.${group}`));
    return [
      group,
      Object.fromEntries(
        counts.map(([name, times]) => [name, check.integer(times, `${where}.${group}.${name}`, 0)]),
      ),
    ];
  });
  return Object.fromEntries(groups);
}
