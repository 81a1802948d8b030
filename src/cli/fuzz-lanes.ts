import { Worker } from 'node:worker_threads';
import type { Bench } from '../fuzz/trial.js';
import {
  addCounts,
  type CampaignFailure,
  type CampaignOptions,
  type CampaignReport,
  fuzzEngine,
  MOST_FAILURES,
} from './fuzz-campaign.js';

/*
 * A campaign of our own engine on several cores: a thread a lane, each with every so manieth sequence, and the engine compiled once for
 * all. What is looked at does not depend on how many lanes there are, unless time or failures end it.
 */

/** What a thread begins with. */
export interface LaneStart {
  readonly release: WebAssembly.Module;
  readonly checked?: WebAssembly.Module;
  readonly options: Omit<CampaignOptions, 'signal' | 'onFailure'>;
}

/** What a thread says; it is told nothing but to stop, by any message. */
export type LaneMessage =
  | { readonly type: 'failure'; readonly failure: CampaignFailure }
  | { readonly type: 'report'; readonly report: CampaignReport };

export async function fuzzLanes(
  bench: Bench,
  { signal, onFailure, ...options }: CampaignOptions,
  cores: number,
): Promise<CampaignReport> {
  if (cores === 1) return fuzzEngine(bench, { ...options, signal, onFailure });
  const began = performance.now();
  const { release, checked } = bench;
  const threads = Array.from({ length: cores }, (_, lane) => {
    const workerData: LaneStart = { release, checked, options: { ...options, lane, lanes: cores } };
    return new Worker(new URL('./fuzz-lane.js', import.meta.url), { workerData, execArgv: [] });
  });
  const stop = () => {
    for (const thread of threads) thread.postMessage('stop');
  };
  let failed = 0;
  const told = (failure: CampaignFailure) => {
    onFailure(failure);
    failed++;
    if (failed >= MOST_FAILURES) stop();
  };
  signal.addEventListener('abort', stop);
  try {
    const reports = await Promise.all(threads.map((thread) => reportOf(thread, told)));
    const counts: Record<string, number> = {};
    for (const report of reports) addCounts(counts, report.counts);
    const problems = reports.reduce((sum, report) => sum + report.problems, 0);
    const failures = reports.flatMap((report) => report.failures);
    return { problems, seconds: (performance.now() - began) / 1000, counts, failures };
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function reportOf(thread: Worker, told: (failure: CampaignFailure) => void): Promise<CampaignReport> {
  return new Promise((resolve, reject) => {
    thread.on('message', (message: LaneMessage) => {
      if (message.type === 'failure') told(message.failure);
      else resolve(message.report);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`a lane of the campaign ended with ${code} and no report`)));
  });
}
