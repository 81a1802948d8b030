import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import * as check from '../json-check.js';
import { LIMITS } from '../limits.js';
import { linkCount } from '../network/links.js';
import type { Network } from '../network/types.js';
import { show } from '../printable.js';
import { misplacedStage, STAGE_NAMES, STATUSES, STOP_REASONS } from '../stage-list.js';
import { isList } from './checks.js';
import { groupingOf, isRobust, targetsOf } from './objective.js';
import { readPool } from './pool-file.js';
import type { SolutionRecord, StageRecord } from './solution.js';
import type { TrainingProblem } from './types.js';
import { validateProblem } from './validate.js';

const PROBLEM_FORMAT = 'fewbit-problem';
const SOLUTION_FORMAT = 'fewbit-solution';
const VERSION = 1;

/**
 * Reads a problem file (contract).
 *
 * @param where the file's name, which starts every error line
 * @throws InputError for text that is no JSON, another format or version, and everything `validateProblem` refuses
 */
export function parseProblem(text: string, where: string): TrainingProblem {
  return validateProblem(parseDocument(text, where, PROBLEM_FORMAT), where);
}

/**
 * The text of a problem file, one sample a line; `parseProblem` gives the same problem back.
 *
 * @throws InputError for a problem that is larger than a file can say
 */
export function formatProblem(problem: TrainingProblem): string {
  checkProblemSize(problem);
  const fields = Object.entries(problemDocument(problem)).map(([name, value]) => {
    return [name, name === 'samples' ? linesOf(value as number[][]) : JSON.stringify(value)] as const;
  });
  return documentText([['format', JSON.stringify(PROBLEM_FORMAT)], ['version', String(VERSION)], ...fields]);
}

/** The fields of a problem file in their order, as `validateProblem` reads them; undefined: not in the file. */
export function problemDocument(problem: TrainingProblem): Readonly<Record<string, unknown>> {
  const width = problem.layers[0];
  const rows: number[][] = [];
  for (let k = 0; k < problem.sampleCount; k++) {
    rows.push(Array.from(problem.samples.subarray(k * width, (k + 1) * width)));
  }
  return {
    layers: problem.layers,
    weightBound: problem.weightBound,
    epsilon: problem.epsilon,
    samples: rows,
    labels: Array.from(problem.labels),
    perturbations: problem.linf > 0 ? { linf: problem.linf } : undefined,
    confidence: problem.confidence,
    objective: isRobust(problem) ? 'robust' : undefined,
    soft: listOf(targetsOf(problem)),
    groups: listOf(groupingOf(problem)),
    ranges: problem.ranges,
    radii: listOf(problem.radii),
    free: problem.free,
    maxNonzero: problem.maxNonzero,
    exclusive: groupsOfColumns(problem.exclusive),
    together: groupsOfColumns(problem.together),
    costs: listOf(problem.costs),
    atMostWrong: atMostWrongOf(problem),
    keep: problem.keep,
    margins: problem.margins,
  };
}

function listOf(values: Int32Array | undefined): number[] | undefined {
  return values === undefined ? undefined : Array.from(values);
}

/** A column of one input is that input. */
function groupsOfColumns(groups: TrainingProblem['together']): unknown[] | undefined {
  return groups?.map((group) => group.map((inputs) => (inputs.length === 1 ? inputs[0] : inputs)));
}

function atMostWrongOf({ atMostWrong }: TrainingProblem): Record<string, number> | undefined {
  if (atMostWrong === undefined) return undefined;
  const { plus, minus } = atMostWrong;
  return { ...(plus === undefined ? {} : { '1': plus }), ...(minus === undefined ? {} : { '-1': minus }) };
}

/** What `parseProblem` would refuse for its size is not written. */
function checkProblemSize({ sampleCount, layers, samples }: TrainingProblem): void {
  if (sampleCount > LIMITS.samples) {
    throw new InputError(
      `problem: ${sampleCount} samples (perturbed copies included); at most ${LIMITS.samples} are supported, take fewer shots`,
    );
  }
  // Every row is a list, and every row and number a value; labels, groups and targets are a few a row more.
  if (samples.length + 8 * sampleCount > LIMITS.jsonValues) {
    throw new InputError(
      `problem: ${sampleCount} samples of ${layers[0]} inputs are ${samples.length} numbers; ` +
        `a problem file has at most ${LIMITS.jsonValues} in all, take fewer shots`,
    );
  }
}

/**
 * What the solution of a problem may ask for at most is a solution file that can be read.
 *
 * @param networks how many networks stand in it
 * @throws InputError, before any work is done for it
 */
export function checkSolutionSize(layers: readonly number[], networks: number): void {
  const weights = linkCount(layers);
  if (networks * weights + 4 * LIMITS.samples <= LIMITS.jsonValues) return;
  throw new InputError(
    `layers: ${networks} networks of ${weights} weights; a solution file has at most ${LIMITS.jsonValues} numbers in all, ` +
      'run fewer stages or smaller layers',
  );
}

/**
 * Reads a solution file (contract; `SolutionRecord`). What stands in it is taken as a claim: networks are read with
 * whatever integers they have, in whatever shape, because whether they fit the problem is for the checker to say. Use
 * `validateNetwork` before computing with one.
 *
 * @param where the file's name, which starts every error line
 * @throws InputError for text that is no JSON, another format or version, or a document of another structure
 */
export function parseSolution(text: string, where: string): SolutionRecord {
  return readSolution(parseDocument(text, where, SOLUTION_FORMAT), where);
}

/**
 * The same of a text, or of a solution in memory that somebody else has made, whatever its type says.
 *
 * @throws InputError as `parseSolution` does, and for everything but the structure of a solution
 */
export function solutionOf(given: unknown, where: string): SolutionRecord {
  return typeof given === 'string' ? parseSolution(given, where) : readSolution(given, where);
}

function readSolution(raw: unknown, where: string): SolutionRecord {
  const fields = check.object(raw, where);
  const stages = check
    .array(fields.stages, `${where}: stages`)
    .map((entry, n) => readStage(entry, `${where}: stages, entry ${n}`));
  if (misplacedStage(stages.map((entry) => entry.stage)) !== undefined) {
    throw new InputError(`${where}: stages: each of sm, mm, mw at most once and in this order`);
  }
  const tolerance = fields.tolerance;
  if (tolerance !== undefined && !(typeof tolerance === 'number' && tolerance >= 0 && tolerance <= 1)) {
    throw new InputError(`${where}: tolerance: must be a number in [0, 1], got ${show(tolerance)}`);
  }
  return {
    stages,
    network: readNetwork(fields.network, `${where}: network`) ?? null,
    ...(fields.keep === undefined ? {} : { keep: readIndices(fields.keep, `${where}: keep`) }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(fields.pool === undefined ? {} : { pool: readPool(fields.pool, `${where}: pool`) }),
  };
}

/** The text of a solution file; `parseSolution` gives the same solution back. */
export function formatSolution(solution: SolutionRecord): string {
  return documentText([
    ['format', JSON.stringify(SOLUTION_FORMAT)],
    ['version', String(VERSION)],
    ['stages', linesOf(solution.stages.map(stageFields))],
    ['tolerance', JSON.stringify(solution.tolerance)],
    ['keep', JSON.stringify(solution.keep)],
    ['network', JSON.stringify(networkFields(solution.network))],
    ['pool', JSON.stringify(solution.pool)],
  ]);
}

function readStage(raw: unknown, where: string): StageRecord {
  const fields = check.object(raw, where);
  const keep = fields.keep === undefined ? undefined : readIndices(fields.keep, `${where}: keep`);
  const network = readNetwork(fields.network, `${where}: network`);
  const provedBound = check.numberOrNull(fields.provedBound ?? null, `${where}: provedBound`);
  const wanted = check.numberOrNull(fields.wanted ?? null, `${where}: wanted`);
  const given = check.numberOrNull(fields.boundGivenReliance ?? null, `${where}: boundGivenReliance`);
  return {
    stage: check.oneOf(fields.stage, STAGE_NAMES, `${where}: stage`),
    status: check.oneOf(fields.status, STATUSES, `${where}: status`),
    stopReason: check.oneOf(fields.stopReason, STOP_REASONS, `${where}: stopReason`),
    objective: check.numberOrNull(fields.objective, `${where}: objective`),
    bound: check.numberOrNull(fields.bound, `${where}: bound`),
    gap: check.numberOrNull(fields.gap ?? null, `${where}: gap`),
    nodes: check.numberOrNull(fields.nodes ?? 0, `${where}: nodes`) ?? 0,
    work: check.numberOrNull(fields.work ?? 0, `${where}: work`) ?? 0,
    seconds: check.numberOrNull(fields.seconds ?? 0, `${where}: seconds`) ?? 0,
    ...(typeof provedBound === 'number' ? { provedBound } : {}),
    ...(typeof given === 'number' ? { boundGivenReliance: given } : {}),
    ...(typeof wanted === 'number' ? { wanted } : {}),
    ...(fields.rows === undefined ? {} : { rows: readRows(fields.rows, `${where}: rows`) }),
    ...(network === undefined ? {} : { network }),
    ...(keep === undefined ? {} : { keep }),
  };
}

function readRows(raw: unknown, where: string): { used: number; total: number } {
  const { used, total } = check.object(raw, where);
  if (typeof used !== 'number' || typeof total !== 'number') {
    throw new InputError(`${where}: expected { used, total }, got ${show(raw)}`);
  }
  return { used, total };
}

/** `undefined` for a missing or null network. */
function readNetwork(raw: unknown, where: string): Network | undefined {
  if (raw === undefined || raw === null) return undefined;
  const { layers, weightBound, weights } = check.object(raw, where);
  if (typeof weightBound !== 'number') {
    throw new InputError(`${where}: weightBound: must be a number, got ${show(weightBound)}`);
  }
  if (!isNested(layers, 1)) throw new InputError(`${where}: layers: expected a list of numbers`);
  if (!isNested(weights, 3))
    throw new InputError(`${where}: weights: expected lists of lists of lists of numbers`);
  return { layers: layers as number[], weightBound, weights: weights as number[][][] };
}

function isNested(raw: unknown, depth: number): boolean {
  if (depth === 0) return typeof raw === 'number';
  if (depth === 1 && ArrayBuffer.isView(raw)) return isList(raw);
  return Array.isArray(raw) && raw.every((entry) => isNested(entry, depth - 1));
}

function readIndices(raw: unknown, where: string): number[] {
  if (!isNested(raw, 1) || !(raw as number[]).every((index) => Number.isInteger(index) && index >= 0)) {
    throw new InputError(`${where}: expected a list of sample indices, got ${show(raw)}`);
  }
  return raw as number[];
}

/** JSON with the right `format` and `version`; both are looked at before anything else is. */
function parseDocument(text: string, where: string, format: string): Record<string, unknown> {
  const fields = check.object(parseJson(text, where), where);
  if (fields.format !== format) {
    throw new InputError(`${where}: format: expected "${format}", got ${show(fields.format)}`);
  }
  if (fields.version !== VERSION) {
    throw new InputError(
      `${where}: version: this release reads version ${VERSION}, got ${show(fields.version)}`,
    );
  }
  return fields;
}

function documentText(fields: readonly (readonly [string, string | undefined])[]): string {
  const lines = fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  "${name}": ${value}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function linesOf(entries: readonly unknown[]): string {
  return entries.length === 0
    ? '[]'
    : `[\n    ${entries.map((entry) => JSON.stringify(entry)).join(',\n    ')}\n  ]`;
}

/** Only the file's fields, in the contract's order: a caller's object may carry more. */
function stageFields(entry: StageRecord): Record<string, unknown> {
  const { stage, status, stopReason, objective, bound, provedBound, gap, nodes, work, seconds } = entry;
  const { boundGivenReliance, wanted, rows, counters, keep, network } = entry;
  const figures = { objective, bound, provedBound, boundGivenReliance, wanted, gap, nodes, work, seconds };
  const base = { stage, status, stopReason, ...figures, rows, counters, keep };
  return network === undefined ? base : { ...base, network: networkFields(network) };
}

function networkFields(network: Network | null): Record<string, unknown> | null {
  if (network === null) return null;
  const { layers, weightBound, weights } = network;
  return { layers, weightBound, weights };
}
