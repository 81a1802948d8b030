/*
 * An executable on the exported model of one stage. The clock runs from its start to its end, reading the file included;
 * an incumbent's time is when its line arrives, which is late where a solver holds its output back (cbc does).
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { exportStage } from '../../dist/milp/export.js';
import { marginUnits } from '../../dist/problem/semantics.js';
import { NATIVE } from './native-logs.mjs';
import { Incumbents, outcome, roundToUnit, senseOf, silent } from './outcome.mjs';
import { folderInCare, inCare, removeFolder } from './processes.mjs';
import { outward } from './run-highs.mjs';

/** The names in `NATIVE` whose program is on the PATH. */
export function nativeOnPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const isThere = (program) =>
    folders.some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return Object.keys(NATIVE).filter((name) => isThere(NATIVE[name].program));
}

export async function runNative(name, { problem, stage, limit, grace }) {
  const solver = NATIVE[name];
  const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
  const sense = senseOf(stage);
  const incumbents = new Incumbents(sense);
  const folder = folderInCare(mkdtempSync(join(tmpdir(), 'fewbit-bench-')));
  try {
    const building = performance.now();
    const model = join(folder, 'model.mps');
    const optionsFile = join(folder, 'options.txt');
    writeFileSync(model, exportStage(problem, stage, 'mps'));
    if (solver.options) writeFileSync(optionsFile, solver.options(1 / scale));
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    const log = new solver.Log();
    const command = solver.command(model, limit, 1 / scale, optionsFile);
    const child = inCare(
      spawn(solver.program, command, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      log.read(line);
      if (log.incumbent !== null) incumbents.see(roundToUnit(-sense * log.incumbent, scale), elapsed());
    });
    let timer;
    const end = await new Promise((resolve) => {
      timer = setTimeout(
        () => {
          child.kill('SIGKILL');
          resolve('killed'); // what the program itself has started may hold its pipe for longer
        },
        (limit + grace) * 1000,
      );
      child.once('error', () => resolve('failed'));
      child.once('close', (code) => resolve(code === 0 ? 'done' : 'failed'));
    });
    lines.close();
    child.stdout.destroy();
    clearTimeout(timer);
    const seconds = elapsed();
    if (end !== 'done') return silent(end, incumbents, seconds);
    const proved = log.status === 'optimal' && incumbents.objective !== null;
    return outcome({
      status: proved
        ? 'optimal'
        : log.status === 'infeasible'
          ? 'infeasible'
          : incumbents.objective === null
            ? 'unknown'
            : 'feasible',
      incumbents,
      bound: proved
        ? incumbents.objective
        : log.bound === null
          ? null
          : outward(-sense * log.bound, sense, scale),
      nodes: log.nodes,
      seconds,
      build: (began - building) / 1000,
    });
  } finally {
    removeFolder(folder);
  }
}
