import { InputError } from '../errors.js';
import { parseJson } from '../json.js';

/** A node of a tree, once for each time that something was done with it. */
export interface TraceNode {
  /** `mm, opening of mw`: MM's trees run for MW. */
  readonly stage: string;
  readonly tree: string;
  readonly run: number;
  readonly node: number;
  readonly parent: number;
  /** Why it was closed; `null`: it was branched on, or stays open. */
  readonly closed: string | null;
  readonly bound: number | null;
  readonly work: number;
}

/** Where a stage stood. */
export interface TraceFigures {
  readonly stage: string;
  readonly objective: number | null;
  readonly bound: number | null;
  readonly work: number;
}

export interface Trace {
  readonly layers: readonly number[];
  readonly nodes: readonly TraceNode[];
  readonly figures: readonly TraceFigures[];
  /** The file ends before the search did. */
  readonly truncated: boolean;
  /** Nodes that had no room in the engine's buffer. */
  readonly missed: number;
}

/** Reads a trace file. Throws `InputError`, one line that names the file and the line. */
export function readTrace(text: string, name: string): Trace {
  const nodes: TraceNode[] = [];
  const figures: TraceFigures[] = [];
  let layers: readonly number[] | undefined;
  let truncated = false;
  let missed = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const where = `${name}: line ${at + 1}`;
    const fields = parseJson(line, where);
    if (fields === null || typeof fields !== 'object' || Array.isArray(fields))
      throw new InputError(`${where}: expected an object`);
    const entry = fields as Record<string, unknown>;
    if (layers === undefined) {
      if (entry.format !== 'fewbit-trace' || entry.version !== 1 || !isWholes(entry.layers))
        throw new InputError(`${where}: expected the first line of a fewbit-trace of version 1`);
      layers = entry.layers;
    } else if (entry.truncated === true) truncated = true;
    else if (typeof entry.missed === 'number') missed += entry.missed;
    else if (entry.tree !== undefined) nodes.push(nodeOf(entry, where));
    else figures.push(figuresOf(entry, where));
  }
  if (layers === undefined) throw new InputError(`${name}: an empty trace`);
  return { layers, nodes, figures, truncated, missed };
}

function nodeOf(entry: Record<string, unknown>, where: string): TraceNode {
  const closed = entry.closed === undefined ? null : textOf(entry.closed, `${where}: closed`);
  return {
    stage: stageOf(entry, where),
    tree: textOf(entry.tree, `${where}: tree`),
    run: numberOf(entry.run, `${where}: run`),
    node: numberOf(entry.node, `${where}: node`),
    parent: numberOf(entry.parent, `${where}: parent`),
    closed,
    bound: orNull(entry.bound, `${where}: bound`),
    work: numberOf(entry.work, `${where}: work`),
  };
}

function figuresOf(entry: Record<string, unknown>, where: string): TraceFigures {
  return {
    stage: stageOf(entry, where),
    objective: orNull(entry.objective, `${where}: objective`),
    bound: orNull(entry.bound, `${where}: bound`),
    work: numberOf(entry.work, `${where}: work`),
  };
}

function stageOf({ stage, openingOf }: Record<string, unknown>, where: string): string {
  const own = textOf(stage, `${where}: stage`);
  return openingOf === undefined ? own : `${own}, opening of ${textOf(openingOf, `${where}: openingOf`)}`;
}

function isWholes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => Number.isInteger(entry));
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new InputError(`${where}: expected a text`);
}

function numberOf(value: unknown, where: string): number {
  if (typeof value === 'number') return value;
  throw new InputError(`${where}: expected a number`);
}

function orNull(value: unknown, where: string): number | null {
  return value === null ? null : numberOf(value, where);
}
