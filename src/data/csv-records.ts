import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { InputError } from '../errors.js';

/** Receives one record and the number of the line it ends on, counted from 1. */
export type RecordSink = (fields: readonly string[], line: number) => void;

/**
 * Cuts CSV text into records: comma-separated, CRLF or LF, double quotes round fields (which may then hold commas, line
 * breaks and doubled quotes). Empty lines are skipped, blanks round unquoted fields dropped. Records are handed out one by
 * one, so a large table is never held as text fields all at once.
 *
 * Text without any quote needs no state machine: cutting at line ends and commas is the same grammar and some ten times
 * faster, which a wide table of numbers notices.
 *
 * @param maxRecord longest record in characters
 * @throws InputError naming the line of a broken quote or of a record beyond the limit
 */
export function readRecords(text: string, where: string, maxRecord: number, sink: RecordSink): void {
  if (text.includes('"')) readQuoted(text, where, maxRecord, sink);
  else readPlain(text, where, maxRecord, sink);
}

function readPlain(text: string, where: string, maxRecord: number, sink: RecordSink): void {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    line++;
    if (end - start > maxRecord) throw tooLong(where, line, maxRecord);
    const record = text.slice(start, end).trim();
    if (record !== '') {
      sink(
        record.split(',').map((field) => field.trim()),
        line,
      );
    }
    start = end + 1;
  }
}

function readQuoted(text: string, where: string, maxRecord: number, sink: RecordSink): void {
  try {
    parse(text, {
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n'],
      max_record_size: maxRecord,
      on_record: (fields: string[], { lines }) => {
        // A line of blanks is an empty line.
        if (fields.length > 1 || fields[0] !== '') sink(fields, lines);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE') throw tooLong(where, Number(error.lines), maxRecord);
    const what =
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote is opened and never closed'
        : 'a quote in the wrong place (fields with quotes are quoted whole, quotes inside doubled)';
    throw new InputError(`${where}: line ${error.lines}: ${what}`);
  }
}

function tooLong(where: string, line: number, maxRecord: number): InputError {
  return new InputError(`${where}: line ${line}: a record of more than ${maxRecord} characters`);
}
