import { canonicalJson } from '../ensemble/model/canonical-json.js';
import { modelStage } from '../ensemble/model/model.js';
import type { PairOutcome, PairTask } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import * as check from '../json-check.js';
import { validateNetwork } from '../network/shape.js';
import { STAGE_NAMES } from '../stage-list.js';
import { pack, sha256, unpack } from './task.js';
import { decodeText, encodeValue } from './values.js';

/** Bytes of an outcome unpacked, at most. */
const MOST_BYTES = 2 ** 28;

/** What a worker says of a task that has no outcome. */
export type Failure =
  /** The problem cannot be solved as asked: so it is everywhere. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The engine has died on it twice. */
  | { readonly kind: 'crashed'; readonly message: string }
  /** Bytes that it needs are not there (any more). */
  | { readonly kind: 'missing' }
  /** It was asked to stop, and this is the best so far. */
  | { readonly kind: 'stopped'; readonly outcome: PairOutcome };

/** An outcome as it is stored, with a checksum over its text. */
export function outcomeBytes(outcome: PairOutcome): Promise<Buffer> {
  return textBytes(JSON.stringify(encodeValue(outcome)));
}

export function failureBytes(failure: Failure): Promise<Buffer> {
  return textBytes(JSON.stringify(encodeValue(failure)));
}

/** Reads an outcome back. Throws `InputError` where it is damaged or has a network that is none of the problem's. */
export async function readOutcome(
  bytes: Uint8Array,
  task: Pick<PairTask, 'problem'>,
  where: string,
): Promise<PairOutcome> {
  return checkOutcome(decodeText(await bytesText(bytes, where), where), task, where);
}

export async function readFailure(
  bytes: Uint8Array,
  task: Pick<PairTask, 'problem'>,
  where: string,
): Promise<Failure> {
  const { kind, message, outcome } = check.object(decodeText(await bytesText(bytes, where), where), where);
  if (kind === 'stopped') return { kind, outcome: checkOutcome(outcome, task, where) };
  if (kind === 'missing') return { kind };
  if (kind !== 'refused' && kind !== 'crashed') throw new InputError(`${where}: no failure`);
  return { kind, message: check.text(message, `${where}: message`) };
}

/**
 * What must be equal, byte for byte, when an outcome comes twice: all that a model and what is computed with it can show. Seconds are not,
 * for they are the machine's.
 */
export async function canonicalOutcome(bytes: Uint8Array, where: string): Promise<string> {
  const outcome = check.object(
    decodeText(await bytesText(bytes, where), where),
    where,
  ) as unknown as PairOutcome;
  return canonicalJson(
    encodeValue({
      ...outcome,
      stages: outcome.stages.map((stage) => ({ ...modelStage(stage), network: stage.network })),
    }),
  );
}

/** What a task that was stopped before it began has come to. */
export function nothingFound({ problem, options }: PairTask): PairOutcome {
  const { keep = Array.from({ length: problem.sampleCount }, (_, sample) => sample) } = problem;
  return {
    stages: (options.stages ?? STAGE_NAMES).map((stage) => ({
      stage,
      ...{ status: 'unknown', stopReason: 'interrupted', objective: null, bound: null, gap: null },
      ...{ nodes: 0, work: 0, seconds: 0 },
    })),
    network: null,
    keep,
  };
}

function checkOutcome(raw: unknown, { problem }: Pick<PairTask, 'problem'>, where: string): PairOutcome {
  const outcome = check.object(raw, where);
  const stages = check.array(outcome.stages, `${where}: stages`);
  for (const stage of stages) check.oneOf(check.object(stage, where).stage, STAGE_NAMES, `${where}: stages`);
  check.array(outcome.keep, `${where}: keep`);
  if (outcome.network !== null) {
    const { layers } = validateNetwork(outcome.network, `${where}: network`);
    if (layers.join() !== problem.layers.join())
      throw new InputError(`${where}: a network of another problem`);
  }
  return outcome as unknown as PairOutcome;
}

async function textBytes(text: string): Promise<Buffer> {
  return pack(Buffer.from(`${sha256(text)}${text}`, 'utf8'));
}

async function bytesText(bytes: Uint8Array, where: string): Promise<string> {
  let whole: string;
  try {
    whole = (await unpack(bytes, MOST_BYTES)).toString('utf8');
  } catch (error) {
    throw new InputError(`${where}: damaged (${(error as Error).message})`);
  }
  const text = whole.slice(64);
  if (sha256(text) !== whole.slice(0, 64))
    throw new InputError(`${where}: damaged: its checksum does not fit`);
  return text;
}
