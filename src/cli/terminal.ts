import { styleText } from 'node:util';
import { InputError } from '../errors.js';
import { jsonText } from '../json.js';
import { printable, printableJson } from '../printable.js';
import type { Paint } from '../report/paint.js';
import { plain } from '../report/paint.js';
import type { Screen } from '../report/screen.js';
import { flushOut, isOutputLost, writeErr, writeOut } from './streams.js';

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
  writeOut(`${lines.map((line) => visible(line, process.stdout)).join('\n')}\n`);
}

/** The one document of `--json`. */
export function printJson(value: unknown): void {
  writeOut(`${printableJson(jsonText(value, 2))}\n`);
}

/** A whole file on standard output: of our own making, and JSON wherever it can hold a foreign text. */
export function printText(text: string): void {
  writeOut(printableJson(text));
}

/**
 * A table of data on standard output, in pieces of whole lines: as it is where a program or a file takes it, printable on a terminal. Ends
 * where its reader has left.
 */
export async function printTable(pieces: AsyncIterable<string>): Promise<void> {
  for await (const text of pieces) {
    if (isOutputLost()) return;
    const shown = process.stdout.isTTY ? text.split('\n').map(printable).join('\n') : text;
    if (shown !== '') writeOut(shown);
    await flushOut();
  }
}

/** A line on standard error. */
export function log(line: string): void {
  writeErr(`${visible(line, process.stderr)}\n`);
}

/** Lines on standard error as they came about, for an error that nobody foresaw. */
export function logLines(text: string): void {
  for (const line of text.trimEnd().split('\n')) log(line);
}

const ESCAPE = '\x1b';
/** The codes of our own painters (report/paint.ts), and those that redraw a block or a line in place. */
const OWN_CODES = new RegExp(`${ESCAPE}\\[(?:\\d{1,2}m|\\d*[AJK])`, 'g');

/**
 * The last of the doors: whatever a line quotes was made printable where it was quoted, or is here. On a terminal our own
 * colours stay.
 */
function visible(line: string, stream: { readonly isTTY?: boolean }): string {
  if (!stream.isTTY) return printable(line);
  const texts = line.split(OWN_CODES).map(printable);
  const codes = line.match(OWN_CODES) ?? [];
  return texts.map((text, index) => text + (codes[index] ?? '')).join('');
}

/** The same after Ctrl-C, which terminals echo where the line begins. */
export function logInterrupt(line: string): void {
  const screen = errorScreen();
  screen.write(`${screen.isTTY ? '\r\x1b[K' : ''}${line}\n`);
}

export function errorScreen(): Screen {
  return {
    write: (text) => {
      // What redraws ends and begins its lines itself.
      const parts = text
        .split(/([\r\n])/)
        .map((part) => (/^[\r\n]$/.test(part) ? part : visible(part, process.stderr)));
      writeErr(parts.join(''));
    },
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
