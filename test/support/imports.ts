import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

/** One import statement: both ends as paths from the repository's root, or a bare name (`node:fs`, `commander`). */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  /** `import type` and `export type`: gone when compiled. */
  readonly typeOnly: boolean;
}

const STATEMENT =
  /^[ \t]*(import|export)\b(\s+type\b(?!\s*,|\s+from\b))?[^'"`;()]*?(?:\bfrom\s*)?['"]([^'"\n]+)['"]/gm;
const CALL = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]/g;

/** The imports of one file's text. Comments are no imports. */
export function importsOf(file: string, text: string): ImportEdge[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const edges: ImportEdge[] = [];
  for (const [statement, keyword, type, target] of code.matchAll(STATEMENT)) {
    // `export const x = 'text'` is no import; `export .. from` is.
    if (keyword === 'export' && !/\bfrom\s*['"]/.test(statement)) continue;
    edges.push({ from: file, to: resolve(file, target), typeOnly: type !== undefined });
  }
  for (const [, target] of code.matchAll(CALL)) {
    edges.push({ from: file, to: resolve(file, target), typeOnly: false });
  }
  return edges;
}

function resolve(file: string, target: string): string {
  if (!target.startsWith('.')) return target;
  const path = normalize(join(dirname(file), target))
    .split(sep)
    .join('/');
  return path.endsWith('.js') ? path.replace(/\.js$/, '.ts') : /\.\w+$/.test(path) ? path : `${path}.ts`;
}

/** The imports of all TypeScript files below a folder. */
export function readImports(root: string, folder: string): ImportEdge[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const path = join(root, folder, name);
    return importsOf(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'));
  });
}
