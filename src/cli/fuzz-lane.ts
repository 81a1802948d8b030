import { parentPort, workerData } from 'node:worker_threads';
import { benchOf } from './fuzz-bench.js';
import { fuzzEngine } from './fuzz-campaign.js';
import type { LaneMessage, LaneStart } from './fuzz-lanes.js';

/** The thread of a lane: a campaign of its own, whose failures are told at once. */
if (parentPort === null) throw new Error('cli/fuzz-lane.js is started by fuzzLanes, not by itself');
const port = parentPort;
const { release, checked, options } = workerData as LaneStart;
const stopped = new AbortController();
port.on('message', () => stopped.abort());
const send = (message: LaneMessage): void => port.postMessage(message);
const report = await fuzzEngine(await benchOf(release, checked, () => {}), {
  ...options,
  signal: stopped.signal,
  onFailure: (failure) => send({ type: 'failure', failure }),
});
send({ type: 'report', report });
port.close();
