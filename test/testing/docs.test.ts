import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES } from '../../src/testing/families.js';
import * as testing from '../../src/testing/index.js';
import { PLANTED } from '../../src/testing/planted.js';
import { RELATIONS } from '../../src/testing/relations.js';
import { root, run } from '../package/packed.js';

/* The examples of docs/testing.md as they stand there, in a project that has the package. */

let project: string;
let text: string;
beforeAll(async () => {
  text = await readFile(join(root, 'docs/testing.md'), 'utf8');
  project = await mkdtemp(join(tmpdir(), 'fewbit-testing-'));
  await writeFile(join(project, 'package.json'), '{ "private": true }\n');
  await mkdir(join(project, 'node_modules'));
  await symlink(root, join(project, 'node_modules/fewbit'));
  for (const [, name, content] of text.matchAll(/```js (\S+)\n([\s\S]*?)```/g)) {
    await writeFile(join(project, name), content);
  }
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe('docs/testing.md', () => {
  it('shows a solver with a bug, and it is found on a few rows', async () => {
    const found = await run(process.execPath, ['--test', 'solver.test.mjs'], project).catch(String);
    expect(found).toMatch(/claim mm: .*(infeasible|optimum)/);
    const [, rows] = /"samples": \[([\s\S]*?)\n\s*\],/.exec(found) ?? [];
    expect(rows.trim().split('\n').length).toBeLessThanOrEqual(3);
  });

  it('shows it mended', async () => {
    expect(await run(process.execPath, ['--test', 'mended.test.mjs'], project)).toMatch(
      /^# fail 0$|ℹ fail 0/m,
    );
  });

  it('names what there is', () => {
    for (const name of [...RELATIONS, ...PLANTED]) expect(text).toContain(`\`${name}\``);
    for (const [, name] of text.matchAll(/`([a-z]+[A-Z]\w+)\(/g)) expect(testing).toHaveProperty(name);
    const [, families] =
      /\*\*`FAMILIES`[^:]*: what solvers fall over, by name: (.*), \.\.\./.exec(text) ?? [];
    for (const [, name] of families.matchAll(/`([^`]+)`/g)) expect(FAMILIES).toContain(name);
  });
});
