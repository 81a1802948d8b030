import type { TrainEvent } from '../ensemble/types.js';
import { type Paint, plain } from './paint.js';
import { TrainProgress } from './progress.js';

/** Where progress goes: standard error in the command line, a string in tests. */
export interface Screen {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns?: number;
}

export interface ProgressOptions {
  readonly quiet?: boolean;
  readonly paint?: Paint;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/** What a command holds while it trains. */
export interface ProgressView {
  onEvent(event: TrainEvent): void;
  /** A line of its own that stays, above anything redrawn. */
  note(line: string): void;
  /** Removes what was drawn for the moment; afterwards the screen is the caller's again. */
  close(): void;
}

/** Redrawing more often than this only burns the core that should be solving. */
const REDRAW_MS = 100;
/** A log without a terminal gets a sign of life this often, at most. */
const STATUS_MS = 5000;

/**
 * A terminal gets a block of a few lines that is redrawn in place; a file or a pipe gets plain lines, one per finished
 * pair and one every few seconds of silence (bars in logs are noise, silence is worry); `quiet` gets nothing but notes.
 */
export function openProgress(screen: Screen, options: ProgressOptions = {}): ProgressView {
  const now = options.now ?? (() => performance.now());
  if (options.quiet) return { onEvent() {}, note: (line) => screen.write(`${line}\n`), close() {} };
  const progress = new TrainProgress(now);
  return screen.isTTY
    ? liveView(screen, progress, now, options.paint ?? plain)
    : lineView(screen, progress, now);
}

function liveView(screen: Screen, progress: TrainProgress, now: () => number, paint: Paint): ProgressView {
  const block = redrawn(screen, (width) => progress.liveLines(width, paint), now);
  return {
    onEvent(event) {
      progress.update(event);
      block.draw(event.type !== 'pair-progress');
    },
    note: block.note,
    close: block.close,
  };
}

/** A block of lines at the end of a terminal that is drawn again in its place. */
export interface RedrawnBlock {
  /** Draws it, unless it was drawn a moment ago and this is nothing new. */
  draw(isNews: boolean): void;
  note(line: string): void;
  close(): void;
}

/** @param linesOf what the block shows, no line longer than so many columns */
export function redrawn(
  screen: Screen,
  linesOf: (width: number) => readonly string[],
  now: () => number,
): RedrawnBlock {
  let drawn: readonly string[] = [];
  let last = -Infinity;
  // To the left (the terminal may have echoed ^C), up over the old block, then clear to the end of the screen: escapes that
  // every terminal knows. Everything ends with a line of its own, and the cursor stays visible: whatever ends the process,
  // there is nothing to repair.
  const erasure = () => {
    const rows = rowsOf(drawn, screen.columns ?? 80);
    drawn = [];
    return rows > 0 ? `\r\x1b[${rows}A\x1b[J` : '\r\x1b[J';
  };
  return {
    draw(isNews) {
      if (!isNews && now() - last < REDRAW_MS) return;
      const lines = linesOf(Math.max(1, (screen.columns ?? 80) - 1));
      const before = drawn.length > 0 ? erasure() : '';
      screen.write(`${before}${lines.join('\n')}\n`);
      drawn = lines;
      last = now();
    },
    note(line) {
      screen.write(`${erasure()}${line}\n`);
    },
    close() {
      if (drawn.length > 0) screen.write(erasure());
    },
  };
}

/** How many rows of the terminal the lines take now: it may have become narrower since they were drawn. */
function rowsOf(lines: readonly string[], columns: number): number {
  const width = Math.max(1, columns);
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(lengthOf(line) / width)), 0);
}

/** Code points, without the escapes of colours. */
function lengthOf(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
  return [...line.replace(/\x1b\[[\d;]*m/g, '')].length;
}

function lineView(screen: Screen, progress: TrainProgress, now: () => number): ProgressView {
  let last = now();
  const say = (line: string) => {
    screen.write(`${line}\n`);
    last = now();
  };
  return {
    onEvent(event) {
      progress.update(event);
      if (event.type === 'start') say(progress.startLine());
      else if (event.type === 'pair-done') say(progress.pairLine(event.result));
      else if (now() - last >= STATUS_MS) say(progress.statusLine());
    },
    note: say,
    close() {},
  };
}
