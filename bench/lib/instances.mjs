/* The benchmark instances: problem files with a `known` block, in FEWBIT_INSTANCES or beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseProblem } from '../../dist/problem/file.js';

const ENDING = '.problem.json';

export const instanceFolder =
  process.env.FEWBIT_INSTANCES ?? fileURLToPath(new URL('../../../shared/instances', import.meta.url));

/**
 * @param pattern a text that the name contains, or several of them between commas; empty: all
 * @returns `{ name, problem, stage, known }` each, by name
 */
export function readInstances(pattern = '', folder = instanceFolder) {
  if (!existsSync(folder)) return [];
  const wanted = pattern.split(',');
  return readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .filter((name) => wanted.some((part) => name.includes(part)))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name + ENDING), 'utf8');
      const { known } = JSON.parse(text);
      return { name, problem: parseProblem(text, name), stage: known.stage, known };
    });
}
