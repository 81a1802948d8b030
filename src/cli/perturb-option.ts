import { InvalidArgumentError } from 'commander';
import { InputError } from '../errors.js';
import { checkPerturbations, PERTURBATION_FIELDS, type Perturbations } from '../perturb/index.js';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const KINDS = Object.keys(PERTURBATION_FIELDS)
  .map((kind) => (kind === 'joint' ? 'joint' : `${kind}=N`))
  .join(', ');

/**
 * `linf=8,shift=1,rotate=10`, `linf=3,affine=30,affine.rotate=15`, `shift=1,rotate=10,joint`: each name once. Amounts
 * are checked by the ones who know their ranges; a field of a group (`affine.rotate`) needs the group.
 */
export function parsePerturb(text: string): Perturbations {
  const amounts = new Map<string, number | true>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [name, amount] = readEntry(entry);
    if (amounts.has(name)) throw new InvalidArgumentError(`${name} is given twice.`);
    amounts.set(name, amount);
  }
  const result: Record<string, unknown> = {};
  for (const [name, amount] of amounts) {
    const [kind, field] = name.split('.');
    const fields = PERTURBATION_FIELDS[kind as keyof Perturbations];
    if (fields.length === 0) result[kind] = amount;
    else if (!amounts.has(kind))
      throw new InvalidArgumentError(`${name} needs ${kind}=N, the number of copies.`);
    else result[kind] = { ...(result[kind] as object | undefined), [field ?? 'copies']: amount };
  }
  try {
    checkPerturbations(result, true);
  } catch (error) {
    throw error instanceof InputError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
  return result;
}

function readEntry(entry: string): [name: string, amount: number | true] {
  if (entry === '')
    throw new InvalidArgumentError('Expected values separated by commas, none of them empty.');
  if (entry === 'joint') return ['joint', true];
  const [name, value, ...rest] = entry.split('=').map((part) => part.trim());
  const [kind, field, ...deeper] = name.split('.');
  const known =
    Object.hasOwn(PERTURBATION_FIELDS, kind) &&
    kind !== 'joint' &&
    deeper.length === 0 &&
    (field === undefined || PERTURBATION_FIELDS[kind as keyof Perturbations].includes(field));
  if (!known || value === undefined || rest.length > 0) {
    throw new InvalidArgumentError(`'${entry}' is not one of ${KINDS}.`);
  }
  if (!NUMBER.test(value)) throw new InvalidArgumentError(`${name}=${value}: Expected a number.`);
  return [name, Number(value)];
}
