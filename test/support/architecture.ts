import type { ImportEdge } from './imports.js';

/** What a room may import, by room; a file outside every rule is a fault, so a new room needs a place here. */
export type Rules = Readonly<Record<string, readonly string[]>>;

const ENSEMBLE = ['ensemble', 'ensemble/vote', 'ensemble/model', 'ensemble/predict', 'ensemble/train'];

/** docs/architecture.md, src/. `index` is src/index.ts; the floor is what everyone may stand on. */
export const SRC_RULES: Rules = {
  network: [],
  problem: ['network'],
  engine: ['problem', 'network'],
  stages: ['engine', 'problem', 'network'],
  verify: ['problem', 'network'],
  milp: ['problem', 'network'],
  // Our proofs, as the judges read them, about the exported models: for judges from elsewhere.
  vipr: ['milp', 'verify', 'problem', 'network'],
  perturb: [],
  // Images to whole numbers: knows neither models nor where images come from.
  features: [],
  // What a box of pixels can become, step by step.
  'features/range': ['features'],
  certify: ['network'],
  data: [],
  'data/files': ['data'],
  // What every room of the ensemble knows: types, matrices, the settings of a training, the order of pairs.
  ensemble: ['stages', 'problem', 'network', 'data', 'perturb', 'features'],
  'ensemble/vote': ['ensemble', 'certify'],
  'ensemble/model': ['ensemble', 'stages', 'network', 'data', 'features'],
  // Who only predicts has no training with it.
  'ensemble/predict': [
    'ensemble/vote',
    'ensemble/model',
    'ensemble',
    'network',
    'data',
    'perturb',
    'features/range',
    'certify',
  ],
  'ensemble/train': [
    'features',
    'ensemble/predict',
    'ensemble/model',
    'ensemble',
    'stages',
    'engine',
    'problem',
    'network',
    'data',
    'perturb',
  ],
  index: [...ENSEMBLE, 'stages', 'engine', 'problem', 'network', 'perturb', 'certify'],
  // What anybody's solver is tested with: problems, their optima, the referee. It knows no engine.
  testing: ['verify', 'problem', 'network'],
  // The engine's answers before its judges: the one room that knows both.
  fuzz: ['testing', 'stages', 'engine', 'problem', 'network', 'verify', 'milp'],
  // A race: suites, what solvers say, what it comes to; race/ has the processes.
  bench: ['testing', 'milp', 'report', 'data', 'problem', 'network'],
  'bench/race': [
    'bench',
    'testing',
    'verify',
    'milp',
    'stages',
    'engine',
    'problem',
    'network',
    'run',
    'data/files',
  ],
  // A model as sources and files of other places: it predicts for known answers, and writes nothing itself.
  convert: [
    'ensemble/predict',
    'ensemble/model',
    'ensemble/vote',
    'ensemble',
    'network',
    'data',
    'features',
    'certify',
  ],
  report: ['ensemble', 'ensemble/predict', 'stages', 'features'],
  run: [
    'index',
    'ensemble',
    'ensemble/model',
    'ensemble/predict', // what merge makes of shares is a classifier
    'ensemble/train',
    'stages',
    'engine',
    'problem',
    'network',
    'data',
    'data/files',
  ],
  // Pairs over a queue to other machines: what is sent is a task of a pool, what comes back its outcome.
  queue: ['run', 'ensemble/model', 'ensemble/train', 'stages', 'problem', 'network', 'data/files'],
  // Grids of trainings: specs, rows, tables and pages, made of texts; run/ trains and keeps the folder.
  experiment: ['report', 'ensemble', 'ensemble/model', 'network'],
  'experiment/run': [
    'experiment',
    'run',
    'report',
    'ensemble',
    'ensemble/model',
    'ensemble/train',
    'stages',
    'problem',
    'data',
    'data/files',
  ],
  cli: [
    'queue',
    'run',
    'experiment',
    'experiment/run',
    'report',
    'convert',
    'index',
    ...ENSEMBLE,
    'stages',
    'engine',
    'problem',
    'network',
    'verify',
    'milp',
    'vipr',
    'data',
    'data/files',
    'perturb',
    'certify',
    'features',
    // Solvers are put before their judges by a command.
    'testing',
    'fuzz',
    'bench',
    'bench/race',
  ],
};

/** The same for assembly/ (docs/architecture.md); `door` is what the host calls. */
const GROUND = ['base', 'base/kernels'];
const DATA = ['problem', 'network', ...GROUND];
const RELAX = ['relax/lp', 'relax/exact', ...DATA];
const NEURON = ['neuron', 'neuron/flips', ...RELAX];
const SEARCH = ['record', 'witness', 'upper', 'relax/cuts', ...NEURON];
const TREES = [
  'search/soft',
  'search/weights',
  'search/sides',
  'search/literals',
  'search/tables',
  'search/counts',
  'search/limits',
];
const STAGE = [
  'proving/rows',
  'proving/soft',
  'proving/limits',
  'proving',
  'proving/sides',
  'proving/literals',
  'build',
  ...TREES,
  ...SEARCH,
];
export const ASSEMBLY_RULES: Rules = {
  base: [],
  'base/kernels': ['base'],
  problem: GROUND,
  network: ['problem', ...GROUND],
  // The debug solution of the checked build: everything that prunes asks it.
  witness: DATA,
  record: ['witness', ...DATA],
  'relax/exact': DATA,
  'relax/lp': ['relax/exact', ...DATA],
  'relax/cuts': RELAX,
  upper: DATA,
  neuron: RELAX,
  'neuron/flips': ['neuron', ...RELAX],
  build: ['record', ...NEURON],
  'search/weights': SEARCH,
  'search/sides': ['search/weights', ...SEARCH],
  'search/literals': ['search/sides', 'search/weights', ...SEARCH],
  'search/tables': SEARCH,
  'search/soft': SEARCH,
  'search/counts': SEARCH,
  'search/limits': SEARCH,
  proving: [...TREES, ...SEARCH],
  'proving/sides': ['proving', ...TREES, ...SEARCH],
  'proving/literals': ['proving', ...TREES, ...SEARCH],
  'proving/soft': ['proving', ...TREES, ...SEARCH],
  'proving/limits': ['proving', ...TREES, ...SEARCH],
  'proving/rows': ['proving', ...TREES, ...SEARCH],
  // How stages share their work.
  stages: ['base'],
  'stages/paper': ['stages', ...STAGE],
  'stages/robust': ['stages', ...STAGE],
  'stages/soft': STAGE,
  // What the host calls, as functions; the door is the list of them.
  machine: ['stages/paper', 'stages/robust', 'stages/soft', ...STAGE],
  door: ['machine', ...STAGE],
  'test-door': ['door', ...STAGE],
};

/** Files that everyone may import and that import nothing but one another. */
const FLOOR = [
  'errors.ts',
  'random.ts',
  'version.ts',
  'limits.ts',
  'printable.ts',
  'decode-text.ts',
  'json.ts',
  'json-check.ts',
  'option-names.ts',
  'stage-list.ts',
  'option-rows.ts',
  'options.ts',
  'options-data.ts',
  'options-training.ts',
  'options-models.ts',
  'options-solving.ts',
  'options-queue.ts',
];
/** Rooms where Node is at home. */
const NODE_ROOMS = new Set(['cli', 'run', 'queue', 'data/files', 'bench/race', 'experiment/run']);
/** What ensemble may take from data: how samples are chosen, ordered, scaled and encoded, not where they come from. */
const ENSEMBLE_TAKES = new Set([
  'src/data/scaling.ts',
  'src/data/scaling-fit.ts',
  'src/data/scaling-summary.ts',
  'src/data/split.ts',
  'src/data/columns.ts',
  'src/data/column-moves.ts',
  'src/data/encoding.ts',
  'src/data/encoding-fit.ts',
  'src/data/encode-spec.ts',
  'src/data/classes.ts',
]);

/** The room of a file: its folder below the building, the deepest one that has a rule. */
export function roomOf(path: string, rules: Rules): string | undefined {
  const parts = path.split('/').slice(1);
  if (parts.length === 1) {
    const name = parts[0].replace(/\.ts$/, '');
    return ['index', 'door', 'test-door'].includes(name) ? name : undefined;
  }
  for (let depth = parts.length - 1; depth > 0; depth--) {
    const room = parts.slice(0, depth).join('/');
    if (Object.hasOwn(rules, room)) return room;
  }
  return undefined;
}

/** Every import that the rules do not allow, one line each. */
export function forbidden(edges: readonly ImportEdge[], rules: Rules, building: string): string[] {
  const faults: string[] = [];
  for (const edge of edges) {
    const { from, to } = edge;
    if (!to.startsWith(`${building}/`)) continue;
    if (FLOOR.some((file) => to === `${building}/${file}`)) continue;
    const [source, target] = [roomOf(from, rules), roomOf(to, rules)];
    if (source === undefined || target === undefined) {
      faults.push(`${from} -> ${to}: a room without a rule`);
    } else if (source !== target && !rules[source].includes(target)) {
      faults.push(`${from} -> ${to}: ${source} may not import ${target}`);
    } else if (ENSEMBLE.includes(source) && target === 'data' && !ENSEMBLE_TAKES.has(to)) {
      faults.push(
        `${from} -> ${to}: of data, ensemble takes scaling, encoding, split, columns and classes only`,
      );
    } else if (source === 'report' && source !== target && !edge.typeOnly) {
      faults.push(`${from} -> ${to}: report takes types only`);
    }
  }
  return faults;
}

/** Every `node:` import outside the rooms of Node. */
export function nodeOutside(edges: readonly ImportEdge[], rules: Rules): string[] {
  return edges
    .filter(({ from, to }) => to.startsWith('node:') && !NODE_ROOMS.has(roomOf(from, rules) ?? ''))
    .map(({ from, to }) => `${from} -> ${to}`);
}

/** Cycles between rooms, each as `a -> b -> a` beginning at its first name; a room's own files may know each other. */
export function roomCycles(edges: readonly ImportEdge[], rules: Rules): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const [source, target] = [roomOf(from, rules), roomOf(to, rules)];
    if (source === undefined || target === undefined || source === target) continue;
    next.set(source, (next.get(source) ?? new Set()).add(target));
  }
  const cycles = new Set<string>();
  const walk = (path: string[]): void => {
    for (const room of next.get(path[path.length - 1]) ?? []) {
      if (room === path[0]) cycles.add([...path, room].join(' -> '));
      else if (room > path[0] && !path.includes(room)) walk([...path, room]);
    }
  };
  for (const room of next.keys()) walk([room]);
  return [...cycles].sort();
}

/** Files that take from each other, types too: every set of two or more that can all reach one another, sorted. */
export function fileCycles(edges: readonly ImportEdge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = new Map([...next.keys()].map((file) => [file, closureOf(file, next)]));
  const sets = [...reached].flatMap(([file, files]) => {
    const together = [...files].filter((other) => reached.get(other)?.has(file));
    return files.has(file) ? [together.sort().join(', ')] : [];
  });
  return [...new Set(sets)].sort();
}

/** What a file can reach, itself only where it comes back to it. */
function closureOf(file: string, next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const open = [file];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const to of next.get(at) ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}

/** All files that a file needs at run time, itself included, and the bare names they import. */
export function reachable(
  edges: readonly ImportEdge[],
  entry: string,
): { files: string[]; packages: string[] } {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const { from, to, typeOnly } of edges) {
      if (from !== file || typeOnly) continue;
      if (to.includes('/') && to.endsWith('.ts')) files.add(to);
      else packages.add(to);
    }
  }
  return { files: [...files].sort(), packages: [...packages].sort() };
}
