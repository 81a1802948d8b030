import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { planTraining, runTraining, type TrainingPlan } from '../../src/ensemble/train/train.js';
import type { PairResult, TrainEvent } from '../../src/ensemble/types.js';
import { InputError } from '../../src/errors.js';
import { Answers } from './answers.js';
import type {
  AnswerView,
  BrainApi,
  BrainEvent,
  CertificateView,
  DataRequest,
  DataShown,
  ExportKind,
  FileHandle,
  Judgement,
  ModelView,
  Region,
  RunView,
  TableHeader,
  TrainRequest,
  WhyView,
} from './api.js';
import { commandOf } from './command.js';
import { convertModel } from './convert.js';
import { digitsData } from './digits.js';
import { planeData, planeRegion } from './plane.js';
import type { PortPool } from './pool.js';
import type { Prepared } from './prepared.js';
import { robustDigits } from './robust-digits.js';
import { tableData, tableHeader } from './table.js';
import { lookOf, modelView, pairView } from './views.js';

const PREPARE = { digits: digitsData, table: tableData, plane: planeData } as const;

/**
 * All that the brain knows: data, the plan in work with its pairs that are done, and the classifier that answers. The one owner of all
 * of them. While a training runs the classifier is made anew of the pairs that are done, when somebody asks.
 */
export class BrainState implements BrainApi {
  private request: DataRequest | undefined;
  private data: Prepared | undefined;
  private plan: TrainingPlan | undefined;
  private readonly done = new Map<number, PairResult>();
  private stop: AbortController | undefined;
  private answers: Answers | undefined;
  /** Whether there are pairs that `answers` does not know. */
  private isOld = false;
  private command: string | undefined;

  constructor(
    private readonly pool: PortPool,
    private readonly tell: (event: BrainEvent) => void,
  ) {}

  setData(request: DataRequest): DataShown {
    if (this.stop !== undefined) throw new InputError('data: a training is at work');
    const prepare = PREPARE[request.kind] as (request: DataRequest) => Prepared;
    this.data = prepare(request);
    this.request = request;
    return this.data.view;
  }

  tableHeader(text: string, name: string): TableHeader {
    return tableHeader(text, name);
  }

  async train(request: TrainRequest): Promise<RunView> {
    const { data } = this;
    if (data === undefined || this.request === undefined) throw new InputError('data: there are none');
    if (this.stop !== undefined) throw new InputError('train: a training is at work');
    const began = performance.now();
    const stop = new AbortController();
    this.stop = stop;
    try {
      const options = trainOptions(request, this.request.kind, data);
      const plan = planTraining(data.train, options);
      this.plan = plan;
      this.done.clear();
      this.answers = undefined;
      this.command = commandOf(this.request, request, data.view);
      const result = await runTraining(plan, {
        workers: Math.max(1, this.pool.size),
        signal: stop.signal,
        onProgress: (event) => this.report(event),
      });
      this.answers = new Answers(result.classifier);
      this.isOld = false;
      return {
        model: modelView(result.classifier, this.command),
        seconds: (performance.now() - began) / 1000,
        trainAccuracy: result.trainAccuracy,
        held: this.judge(),
        interrupted: result.interrupted,
      };
    } finally {
      this.stop = undefined;
      this.plan = undefined;
      this.pool.pause(false);
    }
  }

  pause(on: boolean): void {
    this.pool.pause(on);
  }

  finish(): void {
    this.stop?.abort();
    this.pool.pause(false);
  }

  async model(): Promise<ModelView | null> {
    const answers = await this.current();
    return answers === undefined ? null : modelView(answers.classifier, this.command);
  }

  async answer(sample: readonly (number | string)[]): Promise<AnswerView | null> {
    return (await this.current())?.answer(sample) ?? null;
  }

  async answerInput(input: Int32Array): Promise<AnswerView | null> {
    return (await this.current())?.answerInput(input) ?? null;
  }

  async why(sample: readonly (number | string)[], pair: number): Promise<WhyView | null> {
    return (await this.current())?.why(sample, pair) ?? null;
  }

  async certify(sample: readonly number[]): Promise<CertificateView | null> {
    return (await this.current())?.certify(sample) ?? null;
  }

  async regions(side: number): Promise<Region | null> {
    const answers = await this.current();
    return answers === undefined ? null : planeRegion(answers.classifier, side);
  }

  judge(): Judgement | null {
    const test = this.data?.test;
    if (this.answers === undefined || test === undefined || test === null) return null;
    const { accuracy, images, confusion, labels } = this.answers.classifier.evaluate(test);
    return { accuracy, images, confusion, labels };
  }

  save(): FileHandle {
    // As the command line writes it, byte for byte.
    const text = `${JSON.stringify(this.finished())}\n`;
    return { name: 'model.json', blob: new Blob([text], { type: 'application/json' }) };
  }

  load(text: string, name: string): ModelView {
    if (this.stop !== undefined) throw new InputError('load: a training is at work');
    this.answers = new Answers(EnsembleClassifier.load(text, name));
    this.isOld = false;
    this.command = undefined;
    return modelView(this.answers.classifier);
  }

  convert(kind: ExportKind, name: string): FileHandle {
    return convertModel(this.finished().model, kind, name);
  }

  private finished(): EnsembleClassifier {
    if (this.answers === undefined) throw new InputError('model: nothing has been trained or opened');
    return this.answers.classifier;
  }

  private report(event: TrainEvent): void {
    switch (event.type) {
      case 'start':
        this.tell({
          type: 'start',
          pairs: event.pairs,
          classes: event.classes,
          look: lookOf(this.plan?.samples ?? {}),
        });
        return;
      case 'pair-start':
        this.tell({ type: 'pair-start', pair: event.pair });
        return;
      case 'pair-progress': {
        const { stage, seconds, objective, bound } = event.progress;
        this.tell({ type: 'pair-progress', pair: event.pair, point: { stage, seconds, objective, bound } });
        return;
      }
      case 'pair-done':
        this.done.set(event.pair, event.result);
        this.isOld = true;
        this.tell({
          type: 'pair-done',
          pair: event.pair,
          view: pairView(event.pair, event.result),
          done: event.done,
        });
    }
  }

  /** What answers now: the finished classifier, or one of the pairs that are done. */
  private async current(): Promise<Answers | undefined> {
    const { plan } = this;
    if (plan === undefined || !this.isOld) return this.answers;
    this.isOld = false;
    const completed = new Map([...this.done].filter(([, { network }]) => network !== null));
    if (completed.size === 0) return undefined;
    // A training that is stopped before it begins is what is there already.
    const { classifier } = await runTraining(plan, { completed, signal: AbortSignal.abort() });
    // Meanwhile the training may have ended.
    if (this.plan === plan) this.answers = new Answers(classifier);
    return this.answers;
  }
}

/** What the page asks for, as the library's options. */
export function trainOptions(
  request: TrainRequest,
  kind: DataRequest['kind'],
  { view, shots }: Pick<Prepared, 'view' | 'shots'>,
): Parameters<typeof planTraining>[1] {
  const { objective, hidden, weightBound, radius, features, work, seed, maxNonzero } = request;
  return {
    objective,
    hidden,
    weightBound,
    seed,
    ...(kind === 'digits' ? { classes: view.classes, shots } : {}),
    ...(kind === 'digits' && features !== 'none' ? { features } : {}),
    ...(kind === 'table' ? { bias: true, scaling: 'range' } : {}),
    ...(kind === 'plane' ? { bias: true, scaling: 'none' } : {}),
    ...(objective === 'robust'
      ? kind === 'digits'
        ? robustDigits(request)
        : { soft: 0.8, perturb: { linf: radius ?? 0 } }
      : {}),
    ...(work === null ? {} : { workLimit: work }),
    ...(maxNonzero === undefined ? {} : { maxNonzero }),
  };
}
