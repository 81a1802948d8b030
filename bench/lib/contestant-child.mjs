/*
 * A solver in a process of its own. One task in, incumbents and an answer out:
 *
 *     { engine, text, stage, limit } -> { incumbent, seconds } ... -> { answer, startedAt } or { failure }
 */
import { parseProblem } from '../../dist/problem/file.js';
import { prepareFewbit, runFewbit } from './run-fewbit.mjs';
import { prepareHighs, runHighs } from './run-highs.mjs';

// Ctrl-C reaches the whole group: the run decides, and takes this process along.
process.on('SIGINT', () => {});

const RUN = { fewbit: runFewbit, highs: runHighs };
const PREPARE = { fewbit: prepareFewbit, highs: prepareHighs };

// Whoever asked may be gone: then there is nobody to answer, and nothing to complain about.
const tell = (message) => process.connected && process.send(message, () => {});

process.on('message', async ({ engine, text, stage, limit }) => {
  try {
    const problem = parseProblem(text, 'task');
    await PREPARE[engine]();
    // Of the system's clock, as the parent's is: the two processes do not share any other.
    const startedAt = performance.timeOrigin + performance.now();
    const answer = await RUN[engine]({ problem, stage, limit }, (incumbent, seconds) =>
      tell({ incumbent, seconds }),
    );
    tell({ answer, startedAt });
  } catch (error) {
    tell({ failure: String(error?.message ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
