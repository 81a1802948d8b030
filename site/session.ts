import { startWorker } from './engine/worker-folder.js';
import { Store } from './state/store.js';
import { nextFrame } from './ui/frames.js';
import type {
  BoundPoint,
  BrainApi,
  BrainEvent,
  DataRequest,
  DataShown,
  ModelView,
  PairView,
  RunView,
  TrainRequest,
} from './worker/api.js';
import type { FromBrain, Role, ToBrain } from './worker/protocol.js';

export interface PairState {
  readonly classes: readonly [string, string];
  readonly status: 'waiting' | 'working' | 'done';
  readonly history: readonly BoundPoint[];
  readonly view?: PairView;
}

export type Phase = 'idle' | 'running' | 'paused' | 'done';

/** What the page knows of the training and of what came of it. */
export interface RunState {
  readonly phase: Phase;
  readonly classes: readonly string[];
  readonly pairs: readonly PairState[];
  readonly done: number;
  /** Of the data or a model: what weights are pictures of. */
  readonly look?: Look;
  readonly model: ModelView | null;
  readonly run: RunView | null;
  /** What went wrong, in a line. */
  readonly fault: string | null;
}

export type Look = Pick<ModelView, 'image' | 'strokes' | 'inputNames' | 'cards'>;

type Args<K extends keyof BrainApi> = Parameters<BrainApi[K]>;
type Value<K extends keyof BrainApi> = Awaited<ReturnType<BrainApi[K]>>;

const NOTHING: RunState = {
  phase: 'idle',
  classes: [],
  pairs: [],
  done: 0,
  model: null,
  run: null,
  fault: null,
};

/** The page's end of the workers; the one that writes `state` and `data`. */
export class Session {
  readonly state = new Store<RunState>(NOTHING);
  readonly data = new Store<DataShown | null>(null);
  /** Counts what makes answers old: a pair done, a model opened. */
  readonly knowledge = new Store(0);
  private readonly brain = startWorker('brain');
  private readonly calls = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  private nextCall = 0;

  constructor(readonly solvers = Math.min(16, Math.max(1, navigator.hardwareConcurrency || 1))) {
    this.brain.onmessage = ({ data }: MessageEvent<FromBrain>): void => this.hear(data);
    this.brain.onerror = (event): void => this.fault(`the page's worker ended: ${event.message}`);
    this.brain.postMessage({ role: 'brain', solvers } satisfies Role);
  }

  /** Asks the brain. Rejects with an error whose message is one line for people. */
  ask<K extends keyof BrainApi>(call: K, ...args: Args<K>): Promise<Value<K>> {
    const id = this.nextCall++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve: resolve as (value: never) => void, reject });
      this.brain.postMessage({ call, id, args } satisfies ToBrain);
    });
  }

  async setData(request: DataRequest): Promise<DataShown | null> {
    try {
      const view = await this.ask('setData', request);
      this.data.set(view);
      this.state.update({ fault: null });
      return view;
    } catch (error) {
      this.data.set(null);
      this.fault((error as Error).message);
      return null;
    }
  }

  async train(request: TrainRequest): Promise<RunView | null> {
    this.state.set({ ...NOTHING, phase: 'running' });
    try {
      const run = await this.ask('train', request);
      const { model } = run;
      this.state.update({ phase: 'done', model, run, look: model, pairs: finished(this.state.get(), model) });
      this.know();
      return run;
    } catch (error) {
      this.state.update({ phase: 'idle', fault: (error as Error).message });
      return null;
    }
  }

  pause(on: boolean): void {
    void this.ask('pause', on);
    this.state.update({ phase: on ? 'paused' : 'running' });
  }

  finish(): void {
    void this.ask('finish');
  }

  async open(text: string, name: string): Promise<ModelView | null> {
    try {
      const model = await this.ask('load', text, name);
      const { classes } = model;
      this.state.set({ ...NOTHING, phase: 'done', classes, model, look: model, done: model.pairs.length });
      this.state.update({ pairs: finished(this.state.get(), model) });
      this.know();
      return model;
    } catch (error) {
      this.fault((error as Error).message);
      return null;
    }
  }

  /** What was known is of other data now. */
  forget(): void {
    this.state.set(NOTHING);
    this.know();
  }

  fault(message: string): void {
    this.state.update({ fault: message });
  }

  private know(): void {
    this.knowledge.set(this.knowledge.get() + 1);
  }

  /**
   * When the page stands, and one in a frame: they read their script and compile the engine on all cores, which the page wants for its first
   * picture, and on a machine of many cores all of them together would be a long task.
   */
  async startSolvers(): Promise<void> {
    for (let place = 0; place < this.solvers; place++) {
      await nextFrame();
      this.startSolver(place);
    }
  }

  private startSolver(place: number): void {
    const { port1, port2 } = new MessageChannel();
    const worker = startWorker(`solver ${place + 1}`);
    worker.onerror = (): void => {
      worker.terminate();
      this.startSolver(place);
    };
    worker.postMessage({ role: 'solver', port: port1 } satisfies Role, [port1]);
    this.brain.postMessage({ solver: port2, place } satisfies ToBrain, [port2]);
  }

  private hear(message: FromBrain): void {
    if ('event' in message) {
      this.follow(message.event);
      return;
    }
    const call = this.calls.get(message.id);
    this.calls.delete(message.id);
    if ('error' in message) call?.reject(new Error(message.error));
    else call?.resolve(message.value as never);
  }

  private follow(event: BrainEvent): void {
    const state = this.state.get();
    switch (event.type) {
      case 'start': {
        const { classes, look } = event;
        this.state.update({ classes, look, pairs: waitingPairs(classes), done: 0 });
        return;
      }
      case 'pair-start':
        this.change(event.pair, { status: 'working' });
        return;
      case 'pair-progress': {
        const { history } = state.pairs[event.pair];
        // The list is this class's own: a copy for each of some thousand points would be the page's largest task.
        (history as BoundPoint[]).push(event.point);
        this.change(event.pair, {});
        return;
      }
      case 'pair-done':
        this.change(event.pair, { status: 'done', view: event.view });
        this.state.update({ done: event.done });
        this.know();
    }
  }

  private change(pair: number, fields: Partial<PairState>): void {
    const pairs = this.state.get().pairs.slice();
    pairs[pair] = { ...pairs[pair], ...fields };
    this.state.update({ pairs });
  }
}

function waitingPairs(classes: readonly string[]): PairState[] {
  return classes.flatMap((first, p) =>
    classes
      .slice(p + 1)
      .map((second): PairState => ({ classes: [first, second], status: 'waiting', history: [] })),
  );
}

/** Pairs as a finished model has them; those that were seen to be trained are left as they are, and nobody draws them again. */
function finished({ pairs }: RunState, model: ModelView): PairState[] {
  return model.pairs.map((view, index) => {
    const seen = pairs[index];
    if (seen?.status === 'done' && seen.view?.weights !== null) return seen;
    const { classes } = view;
    return {
      classes,
      status: view.weights === null ? 'waiting' : 'done',
      history: seen?.history ?? [],
      view: { ...view, stages: seen?.view?.stages ?? view.stages },
    };
  });
}
