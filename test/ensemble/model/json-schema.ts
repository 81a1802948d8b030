/**
 * The part of JSON Schema that `model.schema.json` uses, so that the published schema is tested without a dependency.
 * Returns the path of the first violation, or `null`. An unknown keyword throws: the schema must not say more than this
 * checks.
 */
export type Schema = { readonly [keyword: string]: unknown };

const SILENT = new Set(['$schema', 'title', 'description']);

export function violation(schema: Schema, value: unknown, path = '$'): string | null {
  for (const [keyword, rule] of Object.entries(schema)) {
    if (SILENT.has(keyword)) continue;
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`keyword ${keyword} is not known to this checker`);
    const fault = check(rule as never, value, path);
    if (fault !== null) return fault;
  }
  return null;
}

type Check = (rule: never, value: unknown, path: string) => string | null;

function when(holds: boolean, path: string, keyword: string): string | null {
  return holds ? null : `${path}: ${keyword}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isObject(value) : typeof value === type;
}

function first<T>(entries: Iterable<T>, find: (entry: T) => string | null): string | null {
  for (const entry of entries) {
    const fault = find(entry);
    if (fault !== null) return fault;
  }
  return null;
}

const CHECKS: Readonly<Record<string, Check>> = {
  type: (rule: string | string[], value, path) =>
    when(
      [rule].flat().some((type) => hasType(type, value)),
      path,
      `type ${rule}`,
    ),
  const: (rule: unknown, value, path) => when(value === rule, path, 'const'),
  enum: (rule: unknown[], value, path) => when(rule.includes(value), path, 'enum'),
  required: (rule: string[], value, path) =>
    isObject(value) ? first(rule, (key) => when(Object.hasOwn(value, key), path, `required ${key}`)) : null,
  properties: (rule: Record<string, Schema>, value, path) =>
    isObject(value)
      ? first(Object.entries(rule), ([key, inner]) =>
          Object.hasOwn(value, key) ? violation(inner, value[key], `${path}.${key}`) : null,
        )
      : null,
  items: (rule: Schema, value, path) =>
    Array.isArray(value)
      ? first(value.entries(), ([i, item]) => violation(rule, item, `${path}[${i}]`))
      : null,
  minItems: (rule: number, value, path) =>
    when(!Array.isArray(value) || value.length >= rule, path, 'minItems'),
  maxItems: (rule: number, value, path) =>
    when(!Array.isArray(value) || value.length <= rule, path, 'maxItems'),
  uniqueItems: (_rule: boolean, value, path) =>
    when(!Array.isArray(value) || new Set(value).size === value.length, path, 'uniqueItems'),
  minimum: (rule: number, value, path) => when(typeof value !== 'number' || value >= rule, path, 'minimum'),
  maximum: (rule: number, value, path) => when(typeof value !== 'number' || value <= rule, path, 'maximum'),
  exclusiveMinimum: (rule: number, value, path) =>
    when(typeof value !== 'number' || value > rule, path, 'exclusiveMinimum'),
  maxLength: (rule: number, value, path) =>
    when(typeof value !== 'string' || value.length <= rule, path, 'maxLength'),
  pattern: (rule: string, value, path) =>
    when(typeof value !== 'string' || new RegExp(rule).test(value), path, 'pattern'),
  oneOf: (rule: Schema[], value, path) =>
    when(rule.filter((option) => violation(option, value, path) === null).length === 1, path, 'oneOf'),
};
