import { InputError } from '../errors.js';
import * as check from '../json-check.js';
import { show } from '../printable.js';
import { STAGE_NAMES, STOP_REASONS } from '../stage-list.js';
import type { NetworkPool, PoolMember } from './solution.js';

/**
 * The pool of a solution file, taken as a claim like everything else in it: weights of any number, whatever they are worth.
 *
 * @param where the start of the error line
 * @throws InputError for a document of another structure
 */
export function readPool(raw: unknown, where: string): NetworkPool {
  const fields = check.object(raw, where);
  const { complete, size } = fields;
  if (typeof complete !== 'boolean')
    throw new InputError(`${where}: complete: must be true or false, got ${show(complete)}`);
  if (!isCount(size)) throw new InputError(`${where}: size: must be a whole number >= 0, got ${show(size)}`);
  return {
    stage: check.oneOf(fields.stage, STAGE_NAMES, `${where}: stage`),
    complete,
    stopReason: check.oneOf(fields.stopReason, STOP_REASONS, `${where}: stopReason`),
    size,
    within: readWithin(fields.within, `${where}: within`),
    least: check.numberOrNull(fields.least, `${where}: least`),
    outside: check.numberOrNull(fields.outside, `${where}: outside`),
    work: check.numberOrNull(fields.work ?? 0, `${where}: work`) ?? 0,
    seconds: check.numberOrNull(fields.seconds ?? 0, `${where}: seconds`) ?? 0,
    networks: check
      .array(fields.networks, `${where}: networks`)
      .map((member, n) => readMember(member, `${where}: networks, entry ${n}`)),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readWithin(raw: unknown, where: string): NetworkPool['within'] {
  const { share, amount } = check.object(raw, where);
  if (typeof share === 'number' && share >= 0) return { share };
  if (typeof amount === 'number' && amount >= 0) return { amount };
  throw new InputError(`${where}: expected { share } or { amount }, got ${show(raw)}`);
}

function readMember(raw: unknown, where: string): PoolMember {
  const { objective, weights } = check.object(raw, where);
  if (typeof objective !== 'number')
    throw new InputError(`${where}: objective: must be a number, got ${show(objective)}`);
  if (!Array.isArray(weights) || !weights.every((w) => typeof w === 'number'))
    throw new InputError(`${where}: weights: expected a list of numbers`);
  return { objective, weights };
}
