import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ASSEMBLY_RULES,
  fileCycles,
  forbidden,
  nodeOutside,
  reachable,
  roomCycles,
  roomOf,
  SRC_RULES,
} from './support/architecture.js';
import { type ImportEdge, importsOf, readImports } from './support/imports.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = readImports(root, 'src');
const assembly = readImports(root, 'assembly');

describe('src/', () => {
  it('has arrows that point down only', () => {
    expect(forbidden(src, SRC_RULES, 'src')).toEqual([]);
  });

  it('imports node: only in cli/, run/ and data/files/', () => {
    expect(nodeOutside(src, SRC_RULES)).toEqual([]);
  });

  it('has no cycle between rooms', () => {
    expect(roomCycles(src, SRC_RULES)).toEqual([]);
  });

  it('has no files that take from each other, types among them', () => {
    expect(fileCycles(src)).toEqual([]);
  });

  it('has a core that needs no package at all', () => {
    const core = reachable(src, 'src/index.ts');
    expect(core.files).toContain('src/ensemble/train/train.ts');
    expect(core.files).toContain('src/engine/engine.ts');
    expect(core.packages).toEqual([]);
  });

  it('predicts without what trains', () => {
    const { files } = reachable(src, 'src/ensemble/predict/classifier.ts');
    expect(files).toContain('src/ensemble/model/read.ts');
    expect(files.filter((file) => /^src\/(ensemble\/train|stages|engine)\//.test(file))).toEqual([]);
  });

  it('has judges that share nothing with the accused', () => {
    const judges = src.filter(({ from }) => /^src\/(verify|milp)\//.test(from)).map(({ from }) => from);
    expect(judges.length).toBeGreaterThan(5);
    for (const judge of judges) {
      const shared = reachable(src, judge).files.filter((file) =>
        /^src\/(engine|stages|ensemble)\//.test(file),
      );
      expect(shared, judge).toEqual([]);
    }
  });
});

describe('what leaves and enters through one door', () => {
  const text = (path: string) => readFileSync(join(root, path), 'utf8');
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${name.replaceAll('\\', '/')}`);
  /** The files that have this in their code, comments not counted, but for those that may. */
  const having = (pattern: RegExp, ...may: string[]) =>
    files.filter(
      (path) => !may.includes(path) && pattern.test(text(path).replace(/^\s*(\*|\/\/|\/\*).*$/gm, '')),
    );

  it('prints through streams.ts, and to it only from terminal.ts, where everything becomes printable', () => {
    const printing = /\bstd(out|err)\.write\(|stream\.write\(|console\.\w+\(/;
    expect(having(printing)).toContain('src/cli/streams.ts');
    // A solver in a process of a race tells its parent, in JSON, and nobody else.
    expect(having(printing, 'src/cli/streams.ts', 'src/bench/race/child.ts')).toEqual([]);
    const users = src.filter(({ to }) => to === 'src/cli/streams.ts').map(({ from }) => from);
    expect(users.sort()).toEqual(['src/cli/program.ts', 'src/cli/terminal.ts']);
    expect(text('src/cli/program.ts')).toMatch(
      /import \{ outliveReaders, settleStreams \} from '.\/streams.js'/,
    );
  });

  it('parses JSON of others in json.ts; a lock is read as its holder wrote it', () => {
    expect(having(/JSON\.parse\(/, 'src/json.ts', 'src/run/run-lock.ts')).toEqual([]);
  });

  it('decodes text in decode-text.ts', () => {
    // fetch.ts looks whether a download is a web page.
    expect(having(/TextDecoder\(/, 'src/decode-text.ts', 'src/data/files/fetch.ts')).toEqual([]);
  });

  it('opens the files of others in data/files/read.ts', () => {
    const own = [
      'src/data/files/fetch.ts',
      'src/run/process-identity.ts',
      'src/run/run-lock.ts',
      'src/run/wasm-file.ts',
      // Of the system's own: cores, and the memory of a process.
      'src/bench/race/system.ts',
    ];
    expect(having(/\b(readFile|readFileSync|createReadStream)\(/, ...own)).toEqual([]);
  });
});

describe('assembly/', () => {
  it('has arrows that point down only, and no cycle', () => {
    expect(assembly.length).toBeGreaterThan(20);
    expect(forbidden(assembly, ASSEMBLY_RULES, 'assembly')).toEqual([]);
    expect(roomCycles(assembly, ASSEMBLY_RULES)).toEqual([]);
  });

  it('stands alone', () => {
    expect(assembly.filter(({ to }) => !to.startsWith('assembly/'))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  const edge = (from: string, to: string, typeOnly = false): ImportEdge => ({ from, to, typeOnly });

  it('find a planted arrow that runs up, a shared judge, and a room without a rule', () => {
    const bad = [
      edge('src/network/a.ts', 'src/problem/b.ts'),
      edge('src/verify/a.ts', 'src/engine/b.ts'),
      edge('src/ensemble/a.ts', 'src/run/b.ts'),
      edge('src/ensemble/a.ts', 'src/data/files/b.ts'),
      edge('src/ensemble/predict/a.ts', 'src/ensemble/train/b.ts'),
      edge('src/ensemble/vote/a.ts', 'src/ensemble/model/b.ts'),
      edge('src/attic/a.ts', 'src/network/b.ts'),
      edge('src/network/a.ts', 'src/stray.ts'),
    ];
    const good = [
      edge('src/cli/a.ts', 'src/run/b.ts'),
      edge('src/stages/a.ts', 'src/engine/deep/b.ts'),
      edge('src/network/a.ts', 'src/network/b.ts'),
      edge('src/network/a.ts', 'src/errors.ts'),
    ];
    for (const planted of bad) expect(forbidden([...good, planted], SRC_RULES, 'src')).toHaveLength(1);
    expect(forbidden(good, SRC_RULES, 'src')).toEqual([]);
    const up = edge('assembly/relax/exact/a.ts', 'assembly/neuron/b.ts');
    expect(forbidden([up], ASSEMBLY_RULES, 'assembly')).toEqual([
      'assembly/relax/exact/a.ts -> assembly/neuron/b.ts: relax/exact may not import neuron',
    ]);
  });

  it('find what ensemble and report may not take from their neighbours', () => {
    const scaling = edge('src/ensemble/a.ts', 'src/data/scaling.ts');
    const csv = edge('src/ensemble/train/a.ts', 'src/data/csv.ts');
    expect(forbidden([scaling, csv], SRC_RULES, 'src')).toEqual([
      expect.stringContaining('scaling, encoding, split, columns and classes only'),
    ]);
    const types = edge('src/report/a.ts', 'src/ensemble/types.ts', true);
    expect(forbidden([types], SRC_RULES, 'src')).toEqual([]);
    expect(forbidden([{ ...types, typeOnly: false }], SRC_RULES, 'src')).toHaveLength(1);
  });

  it('find a planted node: import', () => {
    const fine = [
      edge('src/run/a.ts', 'node:fs'),
      edge('src/data/files/a.ts', 'node:fs'),
      edge('src/cli/a.ts', 'node:fs'),
    ];
    expect(nodeOutside(fine, SRC_RULES)).toEqual([]);
    for (const file of ['src/data/a.ts', 'src/ensemble/a.ts', 'src/index.ts']) {
      expect(nodeOutside([...fine, edge(file, 'node:fs')], SRC_RULES)).toEqual([`${file} -> node:fs`]);
    }
  });

  it('find a planted cycle, once', () => {
    const cycle = [
      edge('src/engine/a.ts', 'src/problem/b.ts'),
      edge('src/problem/c.ts', 'src/network/d.ts'),
      edge('src/network/e.ts', 'src/engine/f.ts'),
    ];
    expect(roomCycles(cycle, SRC_RULES)).toEqual(['engine -> problem -> network -> engine']);
    expect(roomCycles(cycle.slice(1), SRC_RULES)).toEqual([]);
  });

  it('find files that take from each other, once', () => {
    const [ab, bc, ca] = ['ab', 'bc', 'ca'].map(([from, to]) => edge(`src/${from}.ts`, `src/${to}.ts`, true));
    expect(fileCycles([ab, bc, edge('src/c.ts', 'src/d.ts')])).toEqual([]);
    expect(fileCycles([ab, bc, ca, edge('src/d.ts', 'src/a.ts')])).toEqual(['src/a.ts, src/b.ts, src/c.ts']);
    expect(fileCycles([edge('src/a.ts', 'src/a.ts')])).toEqual(['src/a.ts']);
  });

  it('know the room of a file', () => {
    expect(roomOf('src/data/files/zip.ts', SRC_RULES)).toBe('data/files');
    expect(roomOf('src/data/digits/index.ts', SRC_RULES)).toBe('data');
    expect(roomOf('src/index.ts', SRC_RULES)).toBe('index');
    expect(roomOf('src/other.ts', SRC_RULES)).toBeUndefined();
  });

  it('follow what is needed at run time, not types', () => {
    const edges = [
      edge('src/a/x.ts', 'src/b/y.ts'),
      edge('src/b/y.ts', 'commander'),
      edge('src/a/x.ts', 'src/c/z.ts', true),
      edge('src/c/z.ts', 'node:fs'),
    ];
    expect(reachable(edges, 'src/a/x.ts')).toEqual({
      files: ['src/a/x.ts', 'src/b/y.ts'],
      packages: ['commander'],
    });
  });

  it('read every form of import, and no comment', () => {
    const text = `
/**
 *     import { a } from 'comment';
 */
// import 'comment2';
import './side.js';
import { a, type B } from '../b/b.js';
import type { C } from './c.js';
import {
  d,
  e,
} from "node:fs";
import * as f from '../f/index.js';
export { g } from './g.js';
export type { H } from './h.js';
export * from './i.js';
export const text = 'not/an/import';
const j = await import('./j.js');
`;
    const found = importsOf('src/a/a.ts', text).map(({ to, typeOnly }) => (typeOnly ? `type ${to}` : to));
    expect(found.sort()).toEqual(
      [
        'src/a/side.ts',
        'src/b/b.ts',
        'type src/a/c.ts',
        'node:fs',
        'src/f/index.ts',
        'src/a/g.ts',
        'type src/a/h.ts',
        'src/a/i.ts',
        'src/a/j.ts',
      ].sort(),
    );
    expect(importsOf('assembly/a/a.ts', `import { b } from '../b/b';`)[0].to).toBe('assembly/b/b.ts');
  });
});
