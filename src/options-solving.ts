import type { OptionRow } from './option-rows.js';

/** The part of the table of options (options.ts) about problems and solvers: proofs, files of stages, races and campaigns, and how a command speaks. */
export const SOLVING_OPTIONS = {
  /** MiB for the open nodes of a tree, 1..1024, default 64; beyond it the search goes on depth first. */
  memoryLimit: {
    kind: 'number',
    flag: '--memory-limit <MiB>',
    help: 'for the open nodes of a tree, 1..1024 (default: 64); beyond it the search goes depth first',
    whole: true,
    least: 1,
    most: 1024,
    default: 64,
  },
  engine: {
    kind: 'choice',
    choices: ['bnb', 'highs', 'brute'],
    flag: '--engine <engine>',
    help: 'own branch and bound, HiGHS on the exported MILP, or enumeration (tiny problems)',
    default: 'bnb',
    preset: true,
  },
  pool: {
    kind: 'number',
    flag: '--pool <N>',
    help: 'single neurons: up to N of the best networks of the last stage, and whether they are all (default: the best one)',
    whole: true,
    least: 1,
    most: 100_000,
  },
  within: {
    kind: 'text',
    flag: '--within <tolerance>',
    help: 'with --pool: networks that are worse than the best by no more than this, as in 1% or 2, in units of the objective (default: 0)',
  },
  proof: {
    kind: 'path',
    flag: '--proof <file>',
    help: 'write to this file why every bound holds, for fewbit verify',
  },
  requireProof: {
    kind: 'switch',
    flag: '--require-proof',
    help: 'exit 1 unless everything that the file claims is shown, every bound included',
  },
  solution: {
    kind: 'path',
    flag: '--solution <file>',
    help: 'write the solution to this file; what an earlier stage left there is begun with',
  },
  stage: { kind: 'choice', choices: ['sm', 'mm', 'mw'], flag: '--stage <stage>', help: 'the stage to write' },
  format: { kind: 'choice', choices: ['mps', 'lp'], flag: '--format <format>', help: 'file format' },
  trace: {
    kind: 'path',
    flag: '--trace <file>',
    help: 'write to this file what becomes of every node of a tree, a line of JSON each, for fewbit report',
  },
  suite: {
    kind: 'text',
    flag: '--suite <name>',
    help: 'small, medium, hard, or a folder of problem files, with a block "known" where there is one (default: small)',
  },
  rivals: {
    kind: 'text',
    flag: '--rivals <list>',
    help: 'of highs (npm), highs-native, glpsol, cbc, scip; or none (default: all that are there)',
  },
  permutations: {
    kind: 'number',
    flag: '--permutations <N>',
    help: 'orders of rows and columns in which every instance is run (default: 1, as it is)',
    whole: true,
    least: 1,
    most: 100,
    default: 1,
  },
  solver: {
    kind: 'text',
    flag: '--solver <command>',
    help: 'a command with {problem} and {solution}, which become files, and {time}, seconds (default: our engine)',
  },
  seconds: {
    kind: 'number',
    flag: '--seconds <S>',
    help: 'how long to go on (default: 60, or as --problems says)',
    whole: false,
    least: 0,
  },
  problems: { kind: 'number', flag: '--problems <N>', help: 'how many problems', whole: true, least: 1 },
  first: {
    kind: 'number',
    flag: '--first <N>',
    help: 'the number of the first problem, with --solver, or sequence (default: 0)',
    whole: true,
    least: 0,
  },
  all: {
    kind: 'switch',
    flag: '--all',
    help: 'with --solver: problems of all objectives and fields, not the plain ones alone',
  },
  replay: { kind: 'path', flag: '--replay <file>', help: 'show a failure again' },
  stats: {
    kind: 'switch',
    flag: '--stats',
    help: 'print what was done in each stage too: nodes by tree, pivots, cuts, searches',
  },
  json: { kind: 'switch', flag: '--json', help: 'write exactly one JSON document to standard output' },
  quiet: { kind: 'switch', flag: '--quiet', help: 'no progress on standard error' },
  list: {
    kind: 'switch',
    flag: '--list',
    help: 'say what there is to do and end: without a spec the experiments that have a name, with one its trainings',
  },
  watch: {
    kind: 'number',
    flag: '--watch <port>',
    help: 'show the progress on a page of this machine, http://127.0.0.1:PORT, to look at only',
    whole: true,
    least: 0,
    most: 65_535,
  },
} as const satisfies Readonly<Record<string, OptionRow>>;
