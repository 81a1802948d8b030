import type { TrainEvent } from '../ensemble/types.js';
import { formatCount, formatGap, formatSeconds, formatShare } from '../report/numbers.js';
import { type Paint, plain } from '../report/paint.js';
import { describeGap } from '../report/stage-lines.js';
import { pairName, shorten } from '../report/tables.js';
import type { ResultRow } from './record.js';
import { shareOf } from './results.js';
import type { Trial } from './spec.js';

export interface PlanEvent {
  readonly type: 'plan';
  readonly name: string;
  readonly trainings: number;
  readonly networks: number;
  /** Of these, what the folder has already. */
  readonly trainingsThere: number;
  readonly networksThere: number;
  readonly workers: number;
  /** The options in which the trainings differ: their names in lines. */
  readonly varied: readonly string[];
  /** What is left takes about so many seconds; `null`: nothing was probed. */
  readonly seconds: number | null;
}

export type ExperimentEvent =
  | PlanEvent
  | { readonly type: 'train'; readonly id: number; readonly trial: Trial; readonly event: TrainEvent }
  /** `networks`: how many of an earlier time it brings, that no event has told of; `fresh`: judged now. */
  | {
      readonly type: 'row';
      readonly id: number;
      readonly row: ResultRow;
      readonly networks: number;
      readonly fresh: boolean;
    }
  | { readonly type: 'failed'; readonly id: number; readonly trial: Trial; readonly message: string };

interface Active {
  readonly name: string;
  readonly since: number;
  words: string;
}

const BAR_WIDTH = 16;
const MAX_ACTIVE_LINES = 12;
const MOST_FINISHED = 20;

/** What is known of a running experiment, for a terminal, a log, a page and a program alike. It owns no clock and no stream. */
export class ExperimentProgress {
  private plan: PlanEvent | undefined;
  private readonly active = new Map<string, Active>();
  private readonly accuracies: number[] = [];
  private readonly gaps = new Map<string, number[]>();
  private readonly finished: string[] = [];
  private rows = 0;
  private failed = 0;
  private networks = 0;
  /** Networks that this session solved itself. */
  private solved = 0;
  private began: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number) {
    this.began = now();
  }

  update(event: ExperimentEvent): void {
    switch (event.type) {
      case 'plan':
        this.plan = event;
        this.began = this.now();
        break;
      case 'train':
        this.train(event.id, event.trial, event.event);
        break;
      case 'row':
        this.rows++;
        this.networks += event.networks;
        this.take(event.row);
        this.finished.push(this.rowLine(event.row, event.fresh));
        if (this.finished.length > MOST_FINISHED) this.finished.shift();
        break;
      case 'failed':
        this.rows++;
        this.failed++;
        break;
    }
  }

  /** A plain line for the plan. */
  planLine(): string {
    const { name, trainings, networks, trainingsThere, networksThere, workers, seconds } = this
      .plan as PlanEvent;
    const there =
      trainingsThere === 0
        ? ''
        : `, ${formatCount(trainingsThere)} trainings and ${formatCount(networksThere)} networks there already`;
    const time = seconds === null ? '' : `; about ${formatSeconds(seconds)} with ${workersOf(workers)}`;
    return `${name}: ${formatCount(trainings)} trainings, ${formatCount(networks)} networks${there}${time}`;
  }

  /** A plain line for a finished training. */
  rowLine(row: ResultRow, fresh: boolean): string {
    const share = shareOf(row);
    const gaps = row.stages.map(({ stage, gapMean }) => `${stage} ${formatGap(gapMean)}`);
    const parts = [
      row.test === null
        ? `training ${formatShare(row.trainAccuracy)}`
        : `accuracy ${formatShare(row.test.accuracy)}`,
      ...(share === null ? [] : [`non-zero ${formatShare(share)}`]),
      `gap ${gaps.join(', ')}`,
    ];
    const total = this.plan?.trainings ?? 0;
    const at = String(this.rows).padStart(String(total).length);
    return `training ${at}/${total}  ${this.nameOf(row)}: ${parts.join(', ')}${fresh ? '' : ' (there already)'}`;
  }

  /** The block that a terminal shows, and the live page. */
  liveLines(width: number, paint: Paint = plain): string[] {
    const { networks = 0, trainings = 0 } = this.plan ?? {};
    const filled = Math.round((networks === 0 ? 0 : Math.min(1, this.networks / networks)) * BAR_WIDTH);
    const bar = `[${paint('green', '='.repeat(filled))}${paint('dim', '-'.repeat(BAR_WIDTH - filled))}]`;
    const head = `trainings ${this.rows}/${trainings}, networks ${this.networks}/${networks}`;
    const timing = this.timing();
    const fits = head.length + timing.length + BAR_WIDTH + 5 <= width;
    const first = fits ? `${head} ${bar} ${timing}` : shorten(`${head}, ${timing}`, width);
    const figures = this.figures();
    const active = [...this.active.values()];
    const lines = active.slice(0, MAX_ACTIVE_LINES).map(({ name, since, words }) => {
      const elapsed = formatSeconds((this.now() - since) / 1000);
      return shorten(`  ${name}  ${words}  ${elapsed}`, width);
    });
    if (active.length > lines.length) lines.push(`  and ${active.length - lines.length} more`);
    return [first, ...(figures === '' ? [] : [shorten(figures, width)]), ...lines];
  }

  /** Lines of what was finished last, the newest first. */
  latest(): string[] {
    return [...this.finished].reverse();
  }

  /** The same as a document, for programs. */
  state(): Readonly<Record<string, unknown>> {
    const { name, trainings = 0, networks = 0, workers = 0 } = this.plan ?? {};
    const [mean, best] = this.accuracySoFar();
    return {
      ...{ experiment: name, trainings, trainingsDone: this.rows, failed: this.failed },
      ...{ networks, networksDone: this.networks, workers },
      accuracy: mean === null ? null : { mean, best },
      gaps: Object.fromEntries([...this.gaps].map(([stage, gaps]) => [stage, meanOf(gaps)])),
      secondsElapsed: (this.now() - this.began) / 1000,
      secondsLeft: this.secondsLeft(),
      inWork: [...this.active.values()].map(({ name, words }) => `${name} ${words}`),
    };
  }

  /** A plain line for silence in a log. */
  statusLine(): string {
    const figures = this.figures();
    return `${this.liveLines(Number.POSITIVE_INFINITY)[0].replace(/ \[[=-]*\] /, ', ')}${figures === '' ? '' : `; ${figures}`}`;
  }

  nameOf(trial: Trial): string {
    return trialName(trial, this.plan?.varied);
  }

  private train(id: number, trial: Trial, event: TrainEvent): void {
    if (event.type === 'start') return;
    const key = `${id}/${event.pair}`;
    if (event.type === 'pair-start') {
      const name = `${pairName(event.classes)}  ${this.nameOf(trial)}`;
      this.active.set(key, { name, since: this.now(), words: 'starting' });
    } else if (event.type === 'pair-progress') {
      const pair = this.active.get(key);
      const { stage, stageIndex, stageCount } = event.progress;
      const words = `${stage} ${stageIndex + 1}/${stageCount}, gap ${describeGap(event.progress)}`;
      if (pair !== undefined) pair.words = words;
    } else {
      this.networks++;
      if (this.active.delete(key)) this.solved++;
    }
  }

  private take({ test, stages }: ResultRow): void {
    if (test !== null) this.accuracies.push(test.accuracy);
    for (const { stage, gapMean } of stages) {
      if (gapMean === null) continue;
      const gaps = this.gaps.get(stage);
      if (gaps === undefined) this.gaps.set(stage, [gapMean]);
      else gaps.push(gapMean);
    }
  }

  private figures(): string {
    const [mean, best] = this.accuracySoFar();
    const gaps = [...this.gaps].map(([stage, all]) => `${stage} ${formatGap(meanOf(all))}`);
    return [
      ...(mean === null || best === null
        ? []
        : [`accuracy so far: mean ${formatShare(mean)}, best ${formatShare(best)}`]),
      ...(gaps.length === 0 ? [] : [`mean gap ${gaps.join(', ')}`]),
      ...(this.failed === 0 ? [] : [`${this.failed} failed`]),
    ].join('; ');
  }

  private accuracySoFar(): [mean: number | null, best: number | null] {
    if (this.accuracies.length === 0) return [null, null];
    return [meanOf(this.accuracies), Math.max(...this.accuracies)];
  }

  private secondsLeft(): number | null {
    const left = (this.plan?.networks ?? 0) - this.networks;
    if (left <= 0) return 0;
    if (this.solved === 0) return this.plan?.seconds ?? null;
    return ((this.now() - this.began) / 1000 / this.solved) * left;
  }

  private timing(): string {
    const left = this.secondsLeft();
    return [
      `${formatSeconds((this.now() - this.began) / 1000)} elapsed`,
      ...(left === null || left === 0 ? [] : [`about ${formatSeconds(left)} left`]),
      ...(this.plan === undefined ? [] : [workersOf(this.plan.workers)]),
    ].join(', ');
  }
}

/** A training as lines name it, by some of its options. */
export function trialName(
  { setting, instance, seed }: Trial,
  options: readonly string[] = Object.keys(setting),
): string {
  const named = Object.entries(setting).filter(([option]) => options.includes(option));
  const words = named.map(([option, value]) => `${option}=${value}`);
  return [...words, `instance=${instance}`, ...(seed === 0 ? [] : [`seed=${seed}`])].join(' ');
}

function workersOf(workers: number): string {
  return workers === 0 ? 'no workers' : workers === 1 ? '1 worker' : `${workers} workers`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
