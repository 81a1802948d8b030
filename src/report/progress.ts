import type { PairResult, TrainEvent } from '../ensemble/types.js';
import type { StageProgress } from '../stages/types.js';
import { formatCount, formatObjective, formatSeconds } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { describeGap, knownBound, shortStage } from './stage-lines.js';
import { pad, pairName, shorten } from './tables.js';

/** A pair that some worker has in hand. */
interface ActivePair {
  readonly name: string;
  readonly since: number;
  progress: StageProgress | null;
}

const BAR_WIDTH = 16;
const NAME_WIDTH = 16;
/** A machine with many cores must not push the rest of the terminal away. */
const MAX_ACTIVE_LINES = 12;

/**
 * What is known about a running training, and how to say it: `liveLines` for a terminal that can be redrawn,
 * `statusLine` and `pairLine` for a log. It owns no clock and no stream, so the same events always give the same text.
 */
export class TrainProgress {
  private readonly started: number;
  private readonly active = new Map<number, ActivePair>();
  private total = 0;
  private done = 0;
  private workers = 0;
  /** Pairs that this run finished itself; resumed ones say nothing about its speed. */
  private solved = 0;

  /** @param now milliseconds of a monotonic clock. */
  constructor(private readonly now: () => number) {
    this.started = now();
  }

  /** Takes an event in; the views are asked for their lines afterwards. */
  update(event: TrainEvent): void {
    switch (event.type) {
      case 'start':
        this.total = event.pairs;
        this.workers = event.workers;
        break;
      case 'pair-start':
        this.active.set(event.pair, { name: pairName(event.classes), since: this.now(), progress: null });
        break;
      case 'pair-progress': {
        const pair = this.active.get(event.pair);
        if (pair !== undefined) pair.progress = event.progress;
        break;
      }
      case 'pair-done':
        if (this.active.delete(event.pair)) this.solved++;
        this.done = event.done;
        this.total = event.total;
        break;
    }
  }

  /** The block that a terminal shows: the total, then one line for each pair in work. */
  liveLines(width: number, paint: Paint = plain): string[] {
    const share = this.total === 0 ? 0 : this.done / this.total;
    const filled = Math.round(share * BAR_WIDTH);
    const count = `pairs ${this.done}/${this.total}`;
    const timing = this.timing();
    // A line that wraps would break the redrawing, so the bar is only there where it has room.
    const fits = count.length + BAR_WIDTH + timing.length + 4 <= width;
    const bar = `[${paint('green', '='.repeat(filled))}${paint('dim', '-'.repeat(BAR_WIDTH - filled))}]`;
    const head = fits ? `${count} ${bar} ${timing}` : shorten(`${count}  ${timing}`, width);
    const active = [...this.active.values()];
    const lines = active.slice(0, MAX_ACTIVE_LINES).map((pair) => shorten(this.activeLine(pair), width));
    if (active.length > lines.length) lines.push(`  and ${active.length - lines.length} more`);
    return [head, ...lines];
  }

  /** One plain line for the beginning of a log. */
  startLine(): string {
    const pairs = this.total === 1 ? '1 pair' : `${this.total} pairs`;
    const workers =
      this.workers === 0 ? 'without workers' : this.workers === 1 ? '1 worker' : `${this.workers} workers`;
    return `${pairs} of classes, ${workers}`;
  }

  /** One plain line for logs that cannot be redrawn. */
  statusLine(): string {
    const busy = [...this.active.values()].map((pair) => `${pair.name} ${pair.progress?.stage ?? 'starts'}`);
    const working = busy.length === 0 ? '' : `; in work: ${busy.join(', ')}`;
    return `pairs ${this.done}/${this.total}, ${this.timing()}${working}`;
  }

  /** One plain line for a finished pair. */
  pairLine(result: PairResult): string {
    const digits = String(this.total).length;
    const last = result.stages.map((stage) => shortStage(stage)).join(', ');
    const weights = `${formatCount(result.nonzero)}/${formatCount(result.links)} weights`;
    return (
      `pair ${pad(String(this.done), digits, 'right')}/${this.total}  ` +
      `${pad(pairName(result.classes), 7, 'left')}  ${result.network === null ? 'no network' : weights}  ${last}`
    );
  }

  private activeLine(pair: ActivePair): string {
    const elapsed = formatSeconds((this.now() - pair.since) / 1000);
    const name = pad(shorten(pair.name, NAME_WIDTH), Math.min(NAME_WIDTH, this.nameWidth()), 'left');
    const { progress } = pair;
    if (progress === null) return `  ${name}  starting  ${elapsed}`;
    return (
      `  ${name}  ${progress.stage} ${progress.stageIndex + 1}/${progress.stageCount}` +
      `  incumbent ${pad(formatObjective(progress.objective), 10, 'right')}` +
      `  bound ${pad(formatObjective(knownBound(progress)), 10, 'right')}` +
      `  gap ${pad(describeGap(progress), 8, 'right')}  ${elapsed}`
    );
  }

  private nameWidth(): number {
    return Math.max(...[...this.active.values()].map((pair) => [...pair.name].length));
  }

  private timing(): string {
    const elapsed = (this.now() - this.started) / 1000;
    const left = this.total - this.done;
    const parts = [`${formatSeconds(elapsed)} elapsed`];
    if (this.solved > 0 && left > 0)
      parts.push(`about ${formatSeconds((elapsed / this.solved) * left)} left`);
    if (this.workers > 0) parts.push(this.workers === 1 ? '1 worker' : `${this.workers} workers`);
    return parts.join(', ');
  }
}
