import { createHash } from 'node:crypto';
import { canonicalJson } from '../ensemble/model/canonical-json.js';
import type { TrainingPlan } from '../ensemble/train/train.js';
import { describe } from '../printable.js';
import { packageVersion } from './package-version.js';
import { readPackagedEngine } from './wasm-file.js';

/** Everything that decides the networks of a run, field by field; what must agree for finished pairs to be worth anything. */
export type RunFields = Readonly<Record<string, unknown>>;

/** What trains: another one may come to other networks from the same fields. */
export interface Maker {
  /** Version of the package. */
  readonly fewbit: string;
  /** SHA-256 of the engine. */
  readonly engine: string;
}

export function fieldsOf({ config, samples }: TrainingPlan): RunFields {
  return {
    ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`options.${name}`, value])),
    classes: samples.classes,
    inputs: samples.columns,
    scaling: samples.scaling,
    ...(samples.encoding === undefined ? {} : { encoding: samples.encoding }),
    image: samples.image ?? null,
    ...(samples.features === undefined ? {} : { features: samples.features }),
    columns: samples.columnNames ?? null,
    samples: samples.labels.length,
    data: samples.fingerprint,
  };
}

export async function thisMaker(): Promise<Maker> {
  return { fewbit: await packageVersion(), engine: sha256(await readPackagedEngine()) };
}

/** The name of a run, which every file of a pair carries: a hash over its fields and what trains. */
export function runId(fields: RunFields, { fewbit, engine }: Maker): string {
  return sha256(canonicalJson({ fields, fewbit, engine }));
}

export function sameMaker(a: Maker, b: Maker): boolean {
  return a.fewbit === b.fewbit && a.engine === b.engine;
}

/** The first field in which a run on the disk differs from this one, in words; `undefined`: none. */
export function differenceOf(there: RunFields, here: RunFields): string | undefined {
  for (const field of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const [before, now] = [there, here].map((fields) =>
      Object.hasOwn(fields, field) ? fields[field] : undefined,
    );
    if (canonicalJson(before ?? null) === canonicalJson(now ?? null)) continue;
    return `${field} is ${brief(before)} in this run and ${brief(now)} now`;
  }
  return undefined;
}

function brief(value: unknown): string {
  if (value === undefined) return 'not given';
  if (value === null || typeof value !== 'object') return describe(value);
  const text = canonicalJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
