import type { ExperimentEvent, ExperimentProgress } from '../experiment/progress.js';
import type { Trial } from '../experiment/spec.js';
import { redrawn } from '../report/screen.js';
import { errorScreen, log, painter } from './terminal.js';

/** What a command shows of a running experiment. */
export interface ExperimentView {
  onEvent(event: ExperimentEvent): void;
  /** A line of its own that stays. */
  note(line: string): void;
  nameOf(trial: Trial): string;
  close(): void;
}

/** A log gets a sign of life this often, at most. */
const STATUS_MS = 15_000;

/**
 * A terminal gets the plan and one block that is drawn again in place; a log gets a line for every training and one after long silence;
 * programs get a JSON object a line. `quiet` gets notes alone.
 */
export function openExperimentView(
  progress: ExperimentProgress,
  { quiet, json }: { readonly quiet?: boolean; readonly json?: boolean },
): ExperimentView {
  const screen = errorScreen();
  const nameOf = (trial: Trial): string => progress.nameOf(trial);
  const lines = (show: (event: ExperimentEvent) => void, note = log): ExperimentView => ({
    onEvent(event) {
      progress.update(event);
      show(event);
    },
    note,
    nameOf,
    close() {},
  });
  if (quiet) return lines(() => {});
  if (json) {
    const say = (value: object): void => log(JSON.stringify(value));
    return lines(
      (event) => {
        const told = toldOf(event);
        if (told !== undefined) say(told);
      },
      (note) => say({ type: 'note', note }),
    );
  }
  if (!screen.isTTY) return logView(progress, lines);
  const paint = painter(process.stderr);
  const block = redrawn(
    screen,
    (width) => progress.liveLines(width, paint),
    () => performance.now(),
  );
  return {
    onEvent(event) {
      progress.update(event);
      if (event.type === 'plan') block.note(progress.planLine());
      block.draw(!(event.type === 'train' && event.event.type === 'pair-progress'));
    },
    note: block.note,
    nameOf,
    close: block.close,
  };
}

function logView(
  progress: ExperimentProgress,
  lines: (show: (event: ExperimentEvent) => void) => ExperimentView,
): ExperimentView {
  let last = performance.now();
  const say = (line: string): void => {
    log(line);
    last = performance.now();
  };
  return lines((event) => {
    if (event.type === 'plan') say(progress.planLine());
    else if (event.type === 'row') {
      if (event.fresh) say(progress.rowLine(event.row, true));
    } else if (event.type === 'failed') say(`failed: ${progress.nameOf(event.trial)}: ${event.message}`);
    else if (performance.now() - last >= STATUS_MS) say(progress.statusLine());
  });
}

/** What a program is told of an event; `undefined`: nothing, it comes too often. */
function toldOf(event: ExperimentEvent): object | undefined {
  if (event.type !== 'train') return event;
  const { event: inner, id } = event;
  if (inner.type !== 'pair-done') return undefined;
  const { pair, result, done, total } = inner;
  return { type: 'pair', id, pair, classes: result.classes, done, total };
}
