import { compileEngine, Engine, type EngineSource } from '../../engine/index.js';
import { InputError } from '../../errors.js';
import { engineSolver, InThreadPool, type PairPool } from './pool.js';

/**
 * What the core asks of where it runs. Node registers worker threads and the wasm file (`src/run/node.ts`); a browser
 * needs nothing but the engine's bytes, through `initialise`.
 */
export interface Platform {
  /** Finds and compiles the engine. */
  loadEngine(): Promise<WebAssembly.Module>;
  /** Worker threads, where there are any; `workers >= 1`. Without it everything runs in this thread. */
  readonly createPool?: (module: WebAssembly.Module, workers: number) => Promise<PairPool>;
  /** Default number of workers; 0: this thread. */
  cores(): number;
}

const bare: Platform = {
  loadEngine: () => {
    throw new InputError('the engine is not loaded: call initialise(bytes of fewbit/engine.wasm) first');
  },
  cores: () => 0,
};

let current: Platform = bare;
let compiled: Promise<WebAssembly.Module> | undefined;

/** Registers the platform and returns the one before it. A compiled engine is forgotten. */
export function setPlatform(platform: Platform): Platform {
  const previous = current;
  current = platform;
  compiled = undefined;
  return previous;
}

export function platform(): Platform {
  return current;
}

/**
 * Hands in the engine, where it is not found by itself (browsers, other runtimes): the bytes of `fewbit/engine.wasm`, a
 * compiled module, or what `fetch` returns for it. Compiles once; later trainings share it, and one that begins before
 * this is done waits for it.
 *
 * @throws InputError that says what was handed in where it is not the engine; then nothing is changed
 */
export async function initialise(source: EngineSource | PromiseLike<EngineSource>): Promise<void> {
  const before = compiled;
  const module = Promise.resolve(source).then(compileEngine);
  compiled = module;
  try {
    await module;
  } catch (error) {
    if (compiled === module) compiled = before;
    throw error;
  }
}

/** The compiled engine: handed in, or found by the platform; compiled once. */
export async function engineModule(): Promise<WebAssembly.Module> {
  compiled ??= Promise.resolve().then(() => current.loadEngine());
  const module = compiled;
  try {
    return await module;
  } catch (error) {
    if (compiled === module) compiled = undefined;
    throw error;
  }
}

/** A pool of so many workers; in this thread for 0, or where the platform has no workers. */
export async function createPool(workers: number): Promise<PairPool> {
  const module = await engineModule();
  if (workers > 0 && current.createPool !== undefined) return current.createPool(module, workers);
  return new InThreadPool(async () => engineSolver(await Engine.create(module)));
}
