/*
 * A contestant in a process of its own, so that none can hold up, slow down or bring down the others or the run. Two
 * ways to be measured:
 *
 *     warm   one process for all tasks, which has solved something before the first: nothing is compiled any more
 *     cold   a new process for every task; its start and its compilation are in every figure
 *
 * A process that says nothing `grace` seconds after the limit is killed; a new one serves the next task.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatProblem } from '../../dist/problem/file.js';
import { Incumbents, senseOf, silent } from './outcome.mjs';
import { numbers } from './permute.mjs';
import { inCare } from './processes.mjs';

const CHILD = fileURLToPath(new URL('./contestant-child.mjs', import.meta.url));

export class Contestant {
  #child = null;
  #heard = () => {};

  /**
   * @param engine `fewbit` or `highs`
   * @param temper `warm` or `cold`
   */
  constructor(engine, temper, grace) {
    this.engine = engine;
    this.temper = temper;
    this.grace = grace;
  }

  async solve({ problem, stage, limit }) {
    if (this.temper === 'cold') this.close();
    const wasThere = this.#child !== null;
    const forkedAt = performance.timeOrigin + performance.now();
    if (!wasThere) this.#start();
    if (!wasThere && this.temper === 'warm') await this.#ask(warmUp(), 'mm', 2);
    const { answer, startedAt } = await this.#ask(problem, stage, limit);
    if (this.temper === 'warm' || startedAt === undefined) return answer;
    const start = (startedAt - forkedAt) / 1000;
    const later = (seconds) => (seconds === null ? null : seconds + start + answer.build);
    const { first, best, proof, seconds } = answer;
    return {
      ...answer,
      first: later(first),
      best: later(best),
      proof: later(proof),
      seconds: later(seconds),
    };
  }

  close() {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start() {
    const child = inCare(fork(CHILD, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
    const lost = () => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#heard({ failure: 'the process ended' });
    };
    child.on('message', (message) => this.#heard(message));
    child.on('exit', lost);
    child.on('error', lost); // a task sent to a process that has just ended
    this.#child = child;
  }

  /** One task; always an answer, if need be one that says there was none. */
  #ask(problem, stage, limit) {
    const incumbents = new Incumbents(senseOf(stage));
    const began = performance.now();
    return new Promise((resolve) => {
      const settle = (message) => {
        clearTimeout(timer);
        this.#heard = () => {};
        resolve(message);
      };
      const without = (status) => ({
        answer: silent(status, incumbents, (performance.now() - began) / 1000),
      });
      const timer = setTimeout(
        () => {
          this.close();
          settle(without('killed'));
        },
        (limit + this.grace) * 1000,
      );
      this.#heard = (message) => {
        if (message.answer) settle(message);
        else if (message.failure) settle(without('failed'));
        else incumbents.see(message.incumbent, message.seconds);
      };
      this.#child.send({ engine: this.engine, text: formatProblem(problem), stage, limit });
    });
  }
}

/** Something to compile on: a single neuron of 16 inputs on 12 noisy samples. */
function warmUp() {
  const next = numbers(1);
  return {
    layers: [16, 1],
    weightBound: 1,
    epsilon: 0.1,
    samples: Int32Array.from({ length: 16 * 12 }, () => next(9) - 2),
    sampleCount: 12,
    labels: Int8Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? 1 : -1)),
    linf: 0,
    keep: [...Array(12).keys()],
  };
}
