import { styleText } from 'node:util';
import { InputError } from '../errors.js';
import type { Paint } from '../report/paint.js';
import { plain } from '../report/paint.js';
import type { Screen } from '../report/screen.js';
import { writeErr, writeOut } from './streams.js';

/**
 * The two streams and their rules: standard output carries the answer (with `--json` exactly one document), standard
 * error everything else. Colours only where a terminal shows them and NO_COLOR does not forbid it.
 */
export function painter(stream: { readonly isTTY?: boolean }): Paint {
  const forbidden = (process.env.NO_COLOR ?? '') !== '' || process.env.TERM === 'dumb';
  return stream.isTTY && !forbidden ? (style, text) => styleText(style, text) : plain;
}

/** Lines for people on standard output. */
export function print(lines: readonly string[]): void {
  writeOut(`${lines.join('\n')}\n`);
}

/** The one document of `--json`. */
export function printJson(value: unknown): void {
  writeOut(`${JSON.stringify(value, null, 2)}\n`);
}

/** A whole file on standard output. */
export function printText(text: string): void {
  writeOut(text);
}

/** A line on standard error. */
export function log(line: string): void {
  writeErr(`${line}\n`);
}

/** The same after Ctrl-C, which terminals echo where the line begins. */
export function logInterrupt(line: string): void {
  const screen = errorScreen();
  screen.write(`${screen.isTTY ? '\r\x1b[K' : ''}${line}\n`);
}

export function errorScreen(): Screen {
  return {
    write: writeErr,
    isTTY: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    get columns() {
      return process.stderr.columns;
    },
  };
}

/** Bad usage that the option parser cannot see, in the form in which it reports its own. */
export function usageError(option: string, message: string): InputError {
  return new InputError(`option ${option}: ${message}`);
}
