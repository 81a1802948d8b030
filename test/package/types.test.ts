import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, root } from './packed.js';
import { compileWith, USE } from './typed.js';

/** The types of the packed package, as the compilers of its users find them. */

const REQUIRE = `
import fewbit = require('fewbit');
import node = require('fewbit/node');
export const both: typeof fewbit.train = node.train;
`;

const TESTING = `
import { checkSolver, planted, referee, tinyProblem, type Solver } from 'fewbit/testing';
const solver: Solver = (problem, { stages }) => ({ stages: [], network: null, keep: stages.map(() => problem.sampleCount) });
export const all = [checkSolver(solver, { seed: 1 }), referee, tinyProblem({ maxP: 1 }), planted('level').optimum + 1];
`;

let project: string;
beforeAll(async () => {
  project = await installed();
  await writeFile(join(project, 'use.mts'), USE);
  await writeFile(join(project, 'use.ts'), USE);
  await writeFile(join(project, 'use.cts'), REQUIRE);
});
afterAll(() => rm(project, { recursive: true, force: true }));

const compile = (...args: string[]) => compileWith(join(root, 'node_modules/typescript'), project, args);

describe('types of the packed package', () => {
  it.each([
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', 'use.ts']],
    ['nodenext, import and require', ['--module', 'nodenext', 'use.mts', 'use.cts']],
    ['a program of Node alone', ['--lib', 'es2022', '--module', 'nodenext', 'use.mts', 'use.cts']],
    ['node16', ['--module', 'node16', 'use.mts']],
  ])('are found by %s', async (_, args) => {
    expect(await compile(...args)).toBe('');
  });

  it('of what tests are made of are found beside fast-check', async () => {
    await writeFile(join(project, 'testing.mts'), TESTING);
    await symlink(join(root, 'node_modules/fast-check'), join(project, 'node_modules/fast-check'));
    expect(await compile('--module', 'nodenext', 'testing.mts')).toBe('');
  });

  it('are looked at in this test: a name that is not there is refused', async () => {
    await writeFile(join(project, 'bad.mts'), `export { nothing } from 'fewbit/node';\n`);
    await expect(compile('--module', 'nodenext', 'bad.mts')).rejects.toThrow(/no exported member 'nothing'/);
  });
});
