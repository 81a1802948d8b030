import type { ImportEdge } from './imports.js';

/** What a room may import, by room; a file outside every rule is a fault, so a new room needs a place here. */
export type Rules = Readonly<Record<string, readonly string[]>>;

/** docs/architecture.md, src/. `index` is src/index.ts; the floor is what everyone may stand on. */
export const SRC_RULES: Rules = {
  network: [],
  problem: ['network'],
  engine: ['problem', 'network'],
  stages: ['engine', 'problem', 'network'],
  verify: ['problem', 'network'],
  milp: ['problem', 'network'],
  perturb: [],
  certify: ['network'],
  data: [],
  'data/files': ['data'],
  ensemble: ['stages', 'engine', 'problem', 'network', 'data', 'perturb', 'certify'],
  index: ['ensemble', 'stages', 'engine', 'problem', 'network', 'perturb', 'certify'],
  // The engine's answers before its judges: the one room that knows both.
  fuzz: ['stages', 'engine', 'problem', 'network', 'verify', 'milp'],
  report: ['ensemble', 'stages'],
  run: ['index', 'ensemble', 'stages', 'engine', 'problem', 'network', 'data', 'data/files'],
  cli: [
    'run',
    'report',
    'index',
    'ensemble',
    'stages',
    'engine',
    'problem',
    'network',
    'verify',
    'milp',
    'data',
    'data/files',
    'perturb',
    'certify',
  ],
};

/** The same for assembly/; `index` is the door. */
export const ASSEMBLY_RULES: Rules = {
  memory: [],
  kernels: ['memory'],
  problem: ['memory', 'kernels'],
  network: ['problem', 'memory', 'kernels'],
  relax: ['network', 'problem', 'memory', 'kernels'],
  primal: ['relax', 'network', 'problem', 'memory', 'kernels'],
  state: ['memory'],
  proof: ['relax', 'problem', 'memory'],
  search: ['proof', 'state', 'primal', 'relax', 'network', 'problem', 'memory', 'kernels'],
  stages: ['search', 'primal', 'relax', 'network', 'problem', 'memory', 'kernels'],
  index: ['stages', 'search', 'proof', 'primal', 'relax', 'network', 'problem', 'memory', 'kernels'],
  'test-door': ['index', 'search', 'primal', 'relax', 'problem', 'memory'],
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
  'option-names.ts',
];
/** Rooms where Node is at home. */
const NODE_ROOMS = new Set(['cli', 'run', 'data/files']);
/** What ensemble may take from data: how samples are chosen, ordered and scaled, not where they come from. */
const ENSEMBLE_TAKES = new Set([
  'src/data/scaling.ts',
  'src/data/scaling-fit.ts',
  'src/data/scaling-summary.ts',
  'src/data/split.ts',
  'src/data/columns.ts',
  'src/data/classes.ts',
]);

/** The room of a file: its folder below the building, the deepest one that has a rule. */
export function roomOf(path: string, rules: Rules): string | undefined {
  const parts = path.split('/').slice(1);
  if (parts.length === 1)
    return parts[0] === 'index.ts' ? 'index' : parts[0] === 'test-door.ts' ? 'test-door' : undefined;
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
    } else if (source === 'ensemble' && target === 'data' && !ENSEMBLE_TAKES.has(to)) {
      faults.push(`${from} -> ${to}: of data, ensemble takes scaling, split, columns and classes only`);
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
