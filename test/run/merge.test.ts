import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentChecksum } from '../../src/ensemble/model/checksum.js';
import { mergeFolders, UnequalPairsError } from '../../src/run/merge.js';
import { type FolderOptions, trainInFolder } from '../../src/run/run-folder.js';
import { pairFile } from '../../src/run/run-layout.js';
import { brightThirds, fakeSolver, withSolver } from '../ensemble/support.js';

const data = brightThirds(3);
const options = { shots: 3, hidden: [2], seed: 5, workers: 1 } as const;

let parent: string;
const at = (name: string): string => join(parent, name);
const model = (name: string): Promise<string> => readFile(join(at(name), 'model.json'), 'utf8');
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fewbit-merge-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const trainFake = (folder: string, more: FolderOptions = {}) =>
  withSolver(fakeSolver(1), () => trainInFolder(data, folder, { ...options, ...more }));

/** Trains each share in a folder of its own. */
async function shares(of: number): Promise<string[]> {
  const folders: string[] = [];
  for (let index = 1; index <= of; index++) {
    folders.push(at(`share-${index}`));
    await trainFake(folders[index - 1], { part: { index, of } });
  }
  return folders;
}

describe('shares of a training', () => {
  it.each([1, 2, 3])('of %i are the training of one process when they are merged', async (of) => {
    await trainFake(at('whole'));
    const folders = await shares(of);
    const { twice, pairs } = await mergeFolders(folders, at('merged'));
    expect(twice).toBe(0);
    expect(pairs).toHaveLength(3);
    expect(await model('merged')).toBe(await model('whole'));
    // What was merged is a run like any other.
    const again = await trainFake(at('merged'), { resume: true });
    expect(again.resumed).toBe(3);
    expect(await model('merged')).toBe(await model('whole'));
  });

  it('have the pairs of their share and no other', async () => {
    const [first, second] = await shares(2);
    expect(await readdir(join(first, 'pairs'))).toEqual(['pair-0000.json', 'pair-0002.json']);
    expect(await readdir(join(second, 'pairs'))).toEqual(['pair-0001.json']);
    const trained = JSON.parse(await model('share-1')).pairs.map(
      (pair: { weights: unknown }) => pair.weights !== null,
    );
    expect(trained).toEqual([true, false, true]);
  });

  it('of other options, or missing, are refused, and nothing is written', async () => {
    const [first, second] = await shares(2);
    await trainFake(at('other'), { seed: 6, part: { index: 2, of: 2 } });
    await expect(mergeFolders([first, at('other')], at('merged'))).rejects.toThrow(
      `${at('other')}: not of the same run as ${first}: options.seed is 5 in this run and 6`,
    );
    await expect(mergeFolders([first], at('merged'))).rejects.toThrow('1 of 3 pairs are in no folder: 1 (');
    await expect(mergeFolders([second, at('none')], at('merged'))).rejects.toThrow(
      `${at('none')}: holds no run`,
    );
    expect(await readdir(parent)).not.toContain('merged');
  });

  it('may come twice where they are equal, seconds aside', async () => {
    const folders = await shares(2);
    await cp(folders[0], at('copy'), { recursive: true });
    await change(at('copy'), 0, (document) => {
      document.stages = (document.stages as object[]).map((stage) => ({ ...stage, seconds: 99 }));
    });
    expect((await mergeFolders([...folders, at('copy')], at('merged'))).twice).toBe(2);
    await change(at('copy'), 2, (document) => {
      const [stage, ...rest] = document.stages as { bound: number }[];
      document.stages = [{ ...stage, bound: stage.bound + 1 }, ...rest];
    });
    await expect(mergeFolders([...folders, at('copy')], at('again'))).rejects.toThrow(UnequalPairsError);
  });

  it('replace no other run unasked', async () => {
    const folders = await shares(2);
    await trainFake(at('merged'), { seed: 8 });
    const before = await model('merged');
    await expect(mergeFolders(folders, at('merged'))).rejects.toThrow(/holds another run already/);
    expect(await model('merged')).toBe(before);
    await mergeFolders(folders, at('merged'), { force: true });
    await mergeFolders(folders, at('merged'));
    expect(await model('merged')).not.toBe(before);
  });

  it('replace no model or pairs unasked that no run.json tells of, and a damaged one when asked', async () => {
    const folders = await shares(2);
    await trainFake(at('left'), { seed: 8 });
    const before = await model('left');
    await rm(join(at('left'), 'run.json'));
    await expect(mergeFolders(folders, at('left'))).rejects.toThrow(
      `${at('left')}: holds a run already (3 finished pairs, model.json); --force removes it`,
    );
    expect(await model('left')).toBe(before);
    await writeFile(join(at('left'), 'run.json'), '{');
    await expect(mergeFolders(folders, at('left'))).rejects.toThrow(/run\.json/);
    expect(await model('left')).toBe(before);
    await mergeFolders(folders, at('left'), { force: true });
    await mergeFolders(folders, at('merged'));
    expect(await model('left')).toBe(await model('merged'));
  });

  it.each([
    { index: 0, of: 2 },
    { index: 3, of: 2 },
    { index: 1.5, of: 2 },
  ])('are whole numbers: %o', async (part) => {
    await expect(trainFake(at('x'), { part })).rejects.toThrow(/^part: /);
  });
});

async function change(folder: string, pair: number, edit: (document: Record<string, unknown>) => void) {
  const path = pairFile(folder, pair);
  const document = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  edit(document);
  await writeFile(path, JSON.stringify({ ...document, checksum: documentChecksum(document) }));
}
