import { beforeEach, describe, expect, it } from 'vitest';
import type { TrainEvent } from '../../src/ensemble/types.js';
import { TrainProgress } from '../../src/report/progress.js';
import { openProgress, type ProgressView } from '../../src/report/screen.js';
import { pair, stage } from './samples.js';

/** A clock that the test moves and a screen that keeps what was written. */
let clock = 0;
let written = '';
const screen = (isTTY: boolean) => ({
  isTTY,
  columns: 80,
  write(text: string) {
    written += text;
  },
});
const open = (isTTY: boolean, quiet = false) => openProgress(screen(isTTY), { now: () => clock, quiet });

const progressOf = (objective: number | null): TrainEvent => ({
  type: 'pair-progress',
  pair: 0,
  classes: ['4', '9'],
  progress: {
    stage: 'mm',
    stageIndex: 1,
    stageCount: 3,
    objective,
    bound: 50,
    nodes: 7,
    work: 100,
    seconds: 1,
  },
});
const done: TrainEvent = {
  type: 'pair-done',
  pair: 0,
  result: pair(
    ['4', '9'],
    [stage({ stage: 'sm', objective: 20 }), stage({ stopReason: 'work-limit', gap: 0.02 })],
  ),
  done: 1,
  total: 3,
};

function begin(view: ProgressView): void {
  const scaling = { mode: 'auto', kind: 'identity', merged: [] } as const;
  view.onEvent({ type: 'start', pairs: 3, workers: 2, classes: ['4', '9', '0'], scaling });
  view.onEvent({ type: 'pair-start', pair: 0, classes: ['4', '9'] });
}

beforeEach(() => {
  clock = 0;
  written = '';
});

describe('a log without a terminal', () => {
  it('gets one line for a finished pair and no escape codes', () => {
    const view = open(false);
    begin(view);
    view.onEvent(progressOf(40));
    expect(written).toBe('3 pairs of classes, 2 workers\n');
    written = '';
    view.onEvent(done);
    view.close();
    expect(written).toBe('pair 1/3  4-9      3/6 weights  sm 20 (optimal), mm 46418.8 (gap 2 %)\n');
  });

  it('gets a sign of life after some seconds of silence, once', () => {
    const view = open(false);
    begin(view);
    written = '';
    clock = 5000;
    view.onEvent(progressOf(40));
    view.onEvent(progressOf(41));
    expect(written).toBe('pairs 0/3, 5.00 s elapsed, 2 workers; in work: 4-9 mm\n');
  });

  it('says where a pair ended with nothing', () => {
    const view = open(false);
    begin(view);
    const result = { ...pair(['4', '9'], []), network: null };
    view.onEvent({ type: 'pair-done', pair: 0, result, done: 1, total: 3 });
    expect(written).toContain('no network');
  });
});

describe('a terminal', () => {
  it('shows the total and each pair in work, and redraws in place', () => {
    const view = open(true);
    begin(view);
    written = '';
    clock = 1000;
    view.onEvent(progressOf(40));
    // Two lines stood there (total and one pair): up two, clear, and two lines again.
    expect(written).toBe(
      '\r\x1b[2A\x1b[J' +
        'pairs 0/3 [----------------] 1.00 s elapsed, 2 workers\n' +
        '  4-9  mm 2/3  incumbent         40  bound         50  gap     25 %  1.00 s\n',
    );
  });

  it('never gets a line that would wrap', () => {
    const view = openProgress({ ...screen(true), columns: 30 }, { now: () => clock });
    begin(view);
    clock = 2000;
    view.onEvent(progressOf(40));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
    const lines = written.replace(/\r|\x1b\[\d*[AJ]/g, '').split('\n');
    expect(lines.filter((line) => [...line].length > 29)).toEqual([]);
    expect(lines[0]).toMatch(/^pairs 0\/3 /);
  });

  it('clears what a line takes after the terminal has become narrower', () => {
    const narrow = { ...screen(true), columns: 80 };
    const view = openProgress(narrow, { now: () => clock });
    begin(view);
    clock = 1000;
    view.onEvent(progressOf(40));
    // 54 and 76 characters: in 30 columns they stand in two rows and in three.
    narrow.columns = 30;
    written = '';
    view.close();
    expect(written).toBe('\r\x1b[5A\x1b[J');
  });

  it('shows no gap to a bound that says nothing', () => {
    const view = open(true);
    begin(view);
    clock = 1000;
    const event = progressOf(-5) as Extract<TrainEvent, { type: 'pair-progress' }>;
    view.onEvent({ ...event, progress: { ...event.progress, bound: 0 } });
    expect(written).toContain('incumbent         -5  bound          -  gap no bound');
  });

  it('is redrawn a few times a second only', () => {
    const view = open(true);
    begin(view);
    written = '';
    clock = 50;
    view.onEvent(progressOf(40));
    expect(written).toBe('');
    clock = 150;
    view.onEvent(progressOf(41));
    expect(written).toContain('41');
  });

  it('estimates what is left from the pairs solved here', () => {
    const view = open(true);
    begin(view);
    clock = 2000;
    view.onEvent(done);
    expect(written).toContain('pairs 1/3 [=====-----------] 2.00 s elapsed, about 4.00 s left');
  });

  it('is clean after closing, and notes stay', () => {
    const view = open(true);
    begin(view);
    written = '';
    view.note('stopping');
    // The terminal has echoed ^C below the block: to the left, up, and everything below goes.
    expect(written).toBe('\r\x1b[2A\x1b[Jstopping\n');
    written = '';
    view.close();
    expect(written).toBe('');
  });
});

it('quiet says nothing but notes', () => {
  for (const isTTY of [true, false]) {
    const view = open(isTTY, true);
    begin(view);
    clock += 60_000;
    view.onEvent(progressOf(1));
    view.onEvent(done);
    view.note('stopping');
    view.close();
  }
  expect(written).toBe('stopping\nstopping\n');
});

describe('class names that would act on a terminal', () => {
  it('are written out, and cut', () => {
    const progress = new TrainProgress(() => 0);
    const classes = ['\x1b[2J\r\n', `long${'\u202e'.repeat(500)}`] as const;
    const scaling = { mode: 'auto', kind: 'identity', merged: [] } as const;
    progress.update({ type: 'start', pairs: 1, workers: 1, classes, scaling });
    progress.update({ type: 'pair-start', pair: 0, classes });
    for (const line of [...progress.liveLines(80), progress.statusLine()]) {
      expect(line).toMatch(/^[\x20-\x7e…]*$/);
      expect(line.length).toBeLessThan(120);
    }
    expect(progress.statusLine()).toContain('\\u001b[2J\\r\\n');
  });
});
