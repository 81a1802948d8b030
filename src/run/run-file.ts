import { kindOf } from '../data/files/paths.js';
import { readText } from '../data/files/read.js';
import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import * as check from '../json-check.js';
import { type Maker, type RunFields, runId } from './run-identity.js';

const RUN_FORMAT = 'fewbit-run';
/** Version 1 had no name for the run, and its pairs did not say whose they were. */
const RUN_VERSION = 2;

/** A maker whose pairs this run has taken over although it is another one, and the name that its pairs carry. */
export interface EarlierMaker extends Maker {
  readonly run: string;
}

/** What `run.json` says. */
export interface RunFile extends Maker {
  /** The name of the run, `runId` of the fields and the maker. */
  readonly run: string;
  readonly pairs: number;
  readonly fields: RunFields;
  readonly earlier: readonly EarlierMaker[];
  /** The files of the run before this one are being removed: what is found of them now counts for nothing. */
  readonly clearing: boolean;
}

export function runFileText({ fewbit, engine, run, pairs, fields, earlier, clearing }: RunFile): string {
  const document = {
    ...{ format: RUN_FORMAT, version: RUN_VERSION, fewbit, engine, run, pairs },
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(clearing ? { clearing } : {}),
    identity: fields,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** `undefined` where there is none. Throws `InputError` for a file that is no run of this form. */
export async function readRunFile(path: string): Promise<RunFile | undefined> {
  if ((await kindOf(path)) === 'none') return undefined;
  return parseRunFile(await readText(path), path);
}

const ANEW = 'force without resume starts anew';

function readJson(text: string, path: string): unknown {
  try {
    return parseJson(text, path);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${error.message}; ${ANEW}`) : error;
  }
}

function parseRunFile(text: string, path: string): RunFile {
  const document = check.object(readJson(text, path), path);
  if (document.format !== RUN_FORMAT) throw new InputError(`${path}: not a run of fewbit; ${ANEW}`);
  if (document.version !== RUN_VERSION) {
    throw new InputError(`${path}: not a run of this version of fewbit; ${ANEW}`);
  }
  const fields = check.object(document.identity, `${path}: identity`);
  const maker = readMaker(document, path);
  const run = check.text(document.run, `${path}: run`);
  if (run !== runId(fields, maker))
    throw new InputError(`${path}: run does not fit what is trained; ${ANEW}`);
  const earlier = document.earlier === undefined ? [] : check.array(document.earlier, `${path}: earlier`);
  return {
    ...maker,
    run,
    pairs: check.integer(document.pairs, `${path}: pairs`, 1),
    fields,
    earlier: earlier.map((entry, e) => {
      const where = `${path}: earlier[${e}]`;
      const object = check.object(entry, where);
      return { ...readMaker(object, where), run: check.text(object.run, `${where}.run`) };
    }),
    clearing: document.clearing === true,
  };
}

function readMaker(document: Record<string, unknown>, where: string): Maker {
  return {
    fewbit: check.text(document.fewbit, `${where}: fewbit`, 100),
    engine: check.text(document.engine, `${where}: engine`, 100),
  };
}
