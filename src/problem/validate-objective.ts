import { InputError } from '../errors.js';
import { show } from '../printable.js';
import { checkWholes, countOf, isInteger, isList } from './checks.js';
import { MAX_ROBUST_WIDTH, MAX_SOFT_WIDTH } from './groups.js';
import type { Objective } from './objective.js';

/** Reaches are held in 32 bits. */
export const MAX_SOFT_TARGET = 2 ** 30;

/**
 * The fields `objective`, `groups` and `soft`; undefined is the paper's objective, which has no use for groups. Every completion of a
 * first hidden layer is looked at, so that may not be wide.
 */
export function checkObjective(
  fields: Readonly<Record<string, unknown>>,
  layers: readonly number[],
  labels: Int8Array,
  where: string,
): Objective | undefined {
  const name = fields.objective === undefined ? 'bemi' : fields.objective;
  if (name !== 'bemi' && name !== 'robust') {
    throw new InputError(`${where}: objective: must be "bemi" or "robust", got ${show(name)}`);
  }
  if (name === 'robust' && layers.length > 2 && layers[1] > MAX_ROBUST_WIDTH) {
    throw new InputError(
      `${where}: objective: robust takes at most ${MAX_ROBUST_WIDTH} neurons in the first hidden layer, got ${layers[1]}`,
    );
  }
  const groups = checkGroups(fields.groups, labels, `${where}: groups`);
  const grouped = groups === undefined ? {} : { groups };
  if (name === 'bemi') {
    if (fields.soft !== undefined) throw new InputError(`${where}: soft: only with objective robust`);
    return undefined;
  }
  if (fields.soft === undefined) return { kind: 'robust', ...grouped };
  const targets = checkTargets(fields.soft, layers, labels.length, `${where}: soft`);
  return { kind: 'soft', ...grouped, targets };
}

/** A reach to aim at for every row; only where all sets of literals can be looked at. */
function checkTargets(raw: unknown, layers: readonly number[], count: number, where: string): Int32Array {
  if (layers.length > 2 && layers[1] > MAX_SOFT_WIDTH) {
    throw new InputError(
      `${where}: at most ${MAX_SOFT_WIDTH} neurons in the first hidden layer, got ${layers[1]}`,
    );
  }
  return checkWholes(raw, count, 'reach per row', 'row', MAX_SOFT_TARGET, where);
}

/** One sample number per row, from 0 without gaps, rows of a sample with one label. */
function checkGroups(raw: unknown, labels: Int8Array, where: string): Int32Array | undefined {
  if (raw === undefined) return undefined;
  if (!isList(raw) || raw.length !== labels.length) {
    throw new InputError(
      `${where}: expected one sample number per row (${labels.length}), got ${countOf(raw)}`,
    );
  }
  const groups = new Int32Array(raw.length);
  const labelOf = new Map<number, number>();
  for (let k = 0; k < raw.length; k++) {
    const group: unknown = raw[k];
    if (!isInteger(group) || group < 0 || group >= raw.length) {
      throw new InputError(
        `${where}, row ${k}: must be a sample number in 0..${raw.length - 1}, got ${show(group)}`,
      );
    }
    if ((labelOf.get(group) ?? labels[k]) !== labels[k]) {
      throw new InputError(`${where}, row ${k}: sample ${group} has rows of both labels`);
    }
    labelOf.set(group, labels[k]);
    groups[k] = group;
  }
  for (let group = 0; group < labelOf.size; group++) {
    if (!labelOf.has(group))
      throw new InputError(`${where}: no row belongs to sample ${group}, but later ones have rows`);
  }
  return groups;
}
