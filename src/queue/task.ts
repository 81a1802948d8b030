import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { canonicalJson } from '../ensemble/model/canonical-json.js';
import type { PairTask } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import * as check from '../json-check.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Maker } from '../run/run-identity.js';
import { bytesOf, decodeText, encodeValue, int32Of } from './values.js';

/**
 * A task as it goes over the queue: everything but the samples is its `head`; the samples are two blocks, the rows of either class, each
 * named by the SHA-256 of its bytes. The rows of a class are the same in all pairs that it is in, so a block is sent once and read once by
 * each worker, and not K - 1 times. The name of the task is a hash of all that decides its outcome, the engine included: the same task has the same
 * name whoever asks for it, and its outcome is found again after whatever has died.
 */
export interface WireTask {
  readonly id: string;
  readonly pair: number;
  readonly head: string;
  /** Hashes: the rows of +1, then those of -1. */
  readonly blocks: readonly [string, string];
  /** Of a task whose outcome the clock decides: it is nobody else's. */
  readonly salt?: string;
}

/** A task, and the bytes of its blocks. */
export interface PackedTask {
  readonly task: WireTask;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

export function packTask({ pair, problem, options }: PairTask, maker: Maker, salt: string): PackedTask {
  const { samples, ...rest } = problem;
  const parts = ([1, -1] as const).map((sign) => bytesOf(rowsOf(problem, samples, sign)));
  const [plus, minus] = parts.map(sha256);
  const head = canonicalJson(encodeValue({ problem: rest, options }));
  const unnamed = {
    pair,
    head,
    blocks: [plus, minus] as const,
    ...(options.timeLimit === undefined ? {} : { salt }),
  };
  return {
    task: { id: nameOf(unnamed, maker), ...unnamed },
    bytes: new Map([
      [plus, parts[0]],
      [minus, parts[1]],
    ]),
  };
}

/** Reads what a job of the queue says. Throws `InputError` for what is no task, or not the one that it is named after. */
export function readTask(id: string, data: unknown, maker: Maker): WireTask {
  const where = `task ${id.slice(0, 12)}`;
  const { pair, head, blocks, salt } = check.object(data, where);
  const [plus, minus] = check
    .array(blocks, `${where}: blocks`, 2)
    .map((hash) => check.text(hash, `${where}: blocks`, 64));
  const unnamed = {
    pair: check.integer(pair, `${where}: pair`, 0),
    head: check.text(head, `${where}: head`),
    blocks: [plus, minus] as const,
    ...(salt === undefined ? {} : { salt: check.text(salt, `${where}: salt`, 64) }),
  };
  if (nameOf(unnamed, maker) !== id) throw new InputError(`${where}: its content does not fit its name`);
  return { id, ...unnamed };
}

/** The task that the pool solves. `block` finds the bytes of a hash. */
export async function unpackTask(
  { id, pair, head, blocks }: WireTask,
  block: (hash: string) => Promise<Uint8Array>,
): Promise<PairTask> {
  const { problem, options } = decodeText(head, `task ${id.slice(0, 12)}`) as {
    readonly problem: Omit<TrainingProblem, 'samples'>;
    readonly options: PairTask['options'];
  };
  const [plus, minus] = await Promise.all(blocks.map(async (hash) => int32Of(await block(hash))));
  const width = problem.layers[0];
  const samples = new Int32Array(problem.sampleCount * width);
  if (plus.length + minus.length !== samples.length || problem.labels.length !== problem.sampleCount) {
    throw new InputError(`task ${id.slice(0, 12)}: its blocks do not have its samples`);
  }
  let [ofPlus, ofMinus] = [0, 0];
  for (const [row, label] of problem.labels.entries()) {
    const [rows, at] = label > 0 ? [plus, ofPlus++] : [minus, ofMinus++];
    samples.set(rows.subarray(at * width, (at + 1) * width), row * width);
  }
  return { pair, problem: { ...problem, samples }, options };
}

/** Bytes as they are stored: packed, they are checked against their name when they are read. */
export const pack = promisify(deflateRaw) as (bytes: Uint8Array) => Promise<Buffer>;

/** @param most bytes that it may have unpacked */
export function unpack(bytes: Uint8Array, most: number): Promise<Buffer> {
  return (promisify(inflateRaw) as (bytes: Uint8Array, options: object) => Promise<Buffer>)(bytes, {
    maxOutputLength: most,
  });
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function nameOf({ pair: _, ...task }: Omit<WireTask, 'id'>, { fewbit, engine }: Maker): string {
  return sha256(canonicalJson({ ...task, fewbit, engine }));
}

function rowsOf({ labels, layers }: TrainingProblem, samples: Int32Array, sign: 1 | -1): Int32Array {
  const width = layers[0];
  const count = labels.reduce((sum, label) => sum + (label === sign ? 1 : 0), 0);
  const rows = new Int32Array(count * width);
  let at = 0;
  for (const [row, label] of labels.entries()) {
    if (label === sign) rows.set(samples.subarray(row * width, (row + 1) * width), width * at++);
  }
  return rows;
}
