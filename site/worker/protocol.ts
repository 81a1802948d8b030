import type { PairOutcome, PairTask } from '../../src/ensemble/train/pool.js';
import type { StageProgress } from '../../src/stages/types.js';
import type { BrainApi, BrainEvent } from './api.js';

/*
 * Who talks to whom: the page (draws and computes nothing), one brain (data, plan, classifier), and a solver a core. The page starts
 * all of them and gives brain and solvers a channel of their own, so that what is trained never passes through the page. One script
 * serves both roles, which is one script to load or to inline.
 *
 * There is no shared memory without isolation headers, so a solver hears "stop" and "pause" as messages, between two slices of work.
 */

/** The first message to a worker: what it is. */
export type Role =
  | { readonly role: 'brain'; readonly solvers: number }
  | { readonly role: 'solver'; readonly port: MessagePort };

/** From brain to solver. */
export type ToSolver =
  | { readonly type: 'task'; readonly task: PairTask }
  | { readonly type: 'stop' }
  | { readonly type: 'pause'; readonly on: boolean };

/** From solver to brain: any number of progress messages for a task, then one of the others. */
export type FromSolver =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'outcome'; readonly outcome: PairOutcome }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'crashed'; readonly message: string };

/** From page to brain: a call, or a solver that has been started (again, in the place of one that died). */
export type ToBrain =
  | { readonly call: keyof BrainApi; readonly id: number; readonly args: readonly unknown[] }
  | { readonly solver: MessagePort; readonly place: number };

/** From brain to page. */
export type FromBrain =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string; readonly isInput: boolean }
  | { readonly event: BrainEvent };
