/*
 * What a run has started, so that nothing outlives it: processes and folders for the time of one solver. A process in the
 * middle of a solve hears neither a closed channel nor a closed pipe, so it is killed and not asked.
 */
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

const children = new Set();
const folders = new Set();

/** Takes a child into the run's care until it ends; returns it. */
export function inCare(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => child.pid === undefined && children.delete(child));
  return child;
}

/** A folder that is removed with the run, or before, by `removeFolder`. */
export function folderInCare(folder) {
  folders.add(folder);
  return folder;
}

export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

/**
 * From now on an interrupted run (SIGINT, SIGTERM, SIGHUP, npm gone, or nobody reads its output any more) takes along what it has
 * started, says nothing and ends as a shell expects: with 128 and the number of the signal.
 */
export function endTogether() {
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of [...folders]) removeFolder(folder);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    // The shell that npm puts in between dies of a SIGTERM without passing it on.
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || process.exit(128 + constants.signals.SIGTERM), 500).unref();
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(128 + constants.signals.SIGPIPE);
    });
  }
}
