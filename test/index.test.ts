import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as core from '../src/index.js';
import * as node from '../src/run/node.js';
import { builtFile } from '../src/run/wasm-file.js';

const source = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');

/** The indented block of the file's first comment. */
function headerExample(): string {
  const header = source.slice(0, source.indexOf('*/'));
  const lines = header.split('\n').filter((line) => /^ \*( {5}|$)/.test(line));
  return lines.map((line) => line.slice(7)).join('\n');
}

describe('the example at the head of the library', () => {
  it('runs, and prints what it says', () => {
    const example = headerExample();
    expect(example).toContain("from 'fewbit'");
    // `console.log(..); // what it prints`
    const expected = [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, printed]) => printed);
    expect(expected.length).toBeGreaterThanOrEqual(3);
    const program = example.replace("'fewbit'", JSON.stringify(builtFile('run/node.js').href));
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(printed.trimEnd().split('\n')).toEqual(expected);
  });
});

describe('the public surface', () => {
  it('is these names', () => {
    expect(Object.keys(core).sort()).toEqual([
      'Engine',
      'EnsembleClassifier',
      'InputError',
      'InterruptedError',
      'MODEL_LIMITS',
      'attackNetwork',
      'certifyNetwork',
      'checkPerturbations',
      'compileEngine',
      'familyBound',
      'fit',
      'initialise',
      'perturbationFamily',
      'setPlatform',
      'solve',
      'solveSteps',
      'train',
    ]);
    expect(core.fit).toBe(core.train);
  });

  it('is the same in Node, with folders, interrupts and worker threads on top', () => {
    expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(core)));
    expect(
      Object.keys(node)
        .filter((name) => !(name in core))
        .sort(),
    ).toEqual([
      ...['LockLostError', 'UnequalPairsError', 'WorkerPool'],
      ...['interruptible', 'mergeFolders', 'trainInFolder'],
    ]);
  });
});
