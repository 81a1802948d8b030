import { InvalidArgumentError } from 'commander';
import { InputError } from '../errors.js';
import { checkPerturbations, PERTURBATION_FIELDS, type Perturbations } from '../perturb/index.js';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** Radii in units of columns are written as ones of `linf`. */
const COLUMN_KINDS: readonly string[] = ['sd', 'columns'];
const KINDS = Object.keys(PERTURBATION_FIELDS)
  .filter((kind) => !COLUMN_KINDS.includes(kind))
  .map((kind) => (kind === 'joint' ? 'joint' : `${kind}=N`))
  .join(', ');

/**
 * Of tables `linf=0.1sd`, of all columns of numbers so many standard deviations, and `linf:age=2`, of one column so much of its own units; names
 * with signs in them stand in double quotes. Else `linf=8,shift=1,rotate=10`, `linf=3,affine=30,affine.rotate=15`, `shift=1,rotate=10,joint`: each name once. Amounts
 * are checked by the ones who know their ranges; a field of a group (`affine.rotate`) needs the group.
 */
export function parsePerturb(text: string): Perturbations {
  const amounts = new Map<string, number | true>();
  const columns = new Map<string, number>();
  for (const entry of partsOf(text)) {
    const column = readColumn(entry);
    if (column !== undefined) {
      if (columns.has(column[0])) throw new InvalidArgumentError(`linf:${column[0]} is given twice.`);
      columns.set(...column);
      continue;
    }
    const [name, amount] = readEntry(entry);
    if (amounts.has(name)) throw new InvalidArgumentError(`${name} is given twice.`);
    amounts.set(name, amount);
  }
  const result: Record<string, unknown> = columns.size === 0 ? {} : { columns: Object.fromEntries(columns) };
  for (const [name, amount] of amounts) {
    const [kind, field] = name.split('.');
    const fields = PERTURBATION_FIELDS[kind as keyof Perturbations];
    if (fields.length === 0) result[kind] = amount;
    else if (!amounts.has(kind))
      throw new InvalidArgumentError(`${name} needs ${kind}=N, the number of copies.`);
    else result[kind] = { ...(result[kind] as object | undefined), [field ?? 'copies']: amount };
  }
  try {
    checkPerturbations(result, result.sd === undefined && result.columns === undefined);
  } catch (error) {
    throw error instanceof InputError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
  return result;
}

/** Entries apart by commas outside double quotes. */
function partsOf(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^,])+|(?<=^|,)(?=,|$)/g) ?? ['']).map((part) => part.trim());
}

/** `linf:age=2`. */
function readColumn(entry: string): [name: string, radius: number] | undefined {
  const match = /^linf\s*:\s*(?:"((?:[^"]|"")*)"|([^"]*?))\s*=\s*([^=]*)$/.exec(entry);
  if (match === null) {
    if (!/^linf\s*:/.test(entry)) return undefined;
    throw new InvalidArgumentError(`'${entry}': Expected a column and its radius, as in linf:age=2.`);
  }
  const name = match[1]?.replaceAll('""', '"') ?? match[2];
  const radius = Number(match[3]);
  if (name === '' || !NUMBER.test(match[3]) || !(radius >= 0)) {
    throw new InvalidArgumentError(
      `'${entry}': Expected a radius in the column's own units, a number >= 0, as in linf:age=2.`,
    );
  }
  return [name, radius];
}

function readEntry(entry: string): [name: string, amount: number | true] {
  if (entry === '')
    throw new InvalidArgumentError('Expected values separated by commas, none of them empty.');
  if (entry === 'joint') return ['joint', true];
  const [name, value, ...rest] = entry.split('=').map((part) => part.trim());
  const deviations = deviationsIn(value ?? '');
  if (name === 'linf' && deviations !== undefined && rest.length === 0) {
    return ['sd', deviations];
  }
  const [kind, field, ...deeper] = name.split('.');
  const known =
    Object.hasOwn(PERTURBATION_FIELDS, kind) &&
    kind !== 'joint' &&
    !COLUMN_KINDS.includes(kind) &&
    deeper.length === 0 &&
    (field === undefined || PERTURBATION_FIELDS[kind as keyof Perturbations].includes(field));
  if (!known || value === undefined || rest.length > 0) {
    throw new InvalidArgumentError(`'${entry}' is not one of ${KINDS}.`);
  }
  if (!NUMBER.test(value)) {
    const units = name === 'linf' ? ', or one of standard deviations as in 0.1sd' : '';
    throw new InvalidArgumentError(`${name}=${value}: Expected a number${units}.`);
  }
  return [name, Number(value)];
}

/** `0.1sd`: how many standard deviations; `undefined` for what is no number of them. */
export function deviationsIn(text: string): number | undefined {
  const amount = /^(.*\d\.?)\s*sd$/i.exec(text)?.[1];
  return amount === undefined || !NUMBER.test(amount) ? undefined : Number(amount);
}
