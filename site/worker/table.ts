import { AnyCells } from '../../src/data/cells.js';
import { parseCsv } from '../../src/data/csv.js';
import { readRecords } from '../../src/data/csv-records.js';
import { holdOut } from '../../src/data/folds.js';
import { selectRows } from '../../src/data/split.js';
import { planTraining } from '../../src/ensemble/train/train.js';
import { InputError } from '../../src/errors.js';
import { LIMITS } from '../../src/limits.js';
import type { TableHeader, TableRequest } from './api.js';
import type { Prepared } from './prepared.js';

/** Held-back rows that can be looked at. */
const SHOWN = 200;

/** A table, read as the command line reads it: the same columns, the same rows held back. */
export function tableData({ name, text, label, drop, held, seed }: TableRequest): Prepared {
  const where = name;
  const { names, records } = recordsOf(text, where);
  const target = label ?? guessedLabel(names);
  const unused = drop.filter((column) => column !== target && names.includes(column));
  const whole = parseCsv(text, { where, label: target, drop: unused, cells: new AnyCells() });
  const parts = heldBack(whole.labels, { where, held, seed });
  const { classes } = whole;
  const train = selectRows(whole, { classes, rows: parts.train });
  const test = selectRows(whole, { classes, rows: parts.test });
  const used = whole.columns ?? [];
  // The plan of the default training knows what becomes of each column.
  const { columnSummary = [] } = planTraining(train).samples;
  const places = used.map((column) => names.indexOf(column));
  const targetPlace = names.indexOf(target);
  return {
    train,
    test,
    view: {
      classes,
      counts: classes.map((one) => train.labels.filter((of) => of === one).length),
      heldBack: parts.test.length,
      table: {
        label: target,
        names,
        rows: whole.samples.rows,
        columns: columnSummary,
        levels: Object.fromEntries(used.map((column, c) => [column, whole.levels?.[c] ?? null])),
        samples: parts.test.slice(0, SHOWN).map((row) => ({
          fields: places.map((place) => records[row + 1][place] ?? ''),
          label: records[row + 1][targetPlace] ?? '',
        })),
        used,
      },
    },
  };
}

/** What there is to choose from in a table that cannot be used as it is chosen now. */
export function tableHeader(text: string, where: string): TableHeader {
  const { names } = recordsOf(text, where);
  return { names, label: guessedLabel(names) };
}

function recordsOf(text: string, where: string): { names: string[]; records: (readonly string[])[] } {
  const records: (readonly string[])[] = [];
  readRecords(text, where, LIMITS.record, (fields) => records.push(fields));
  const header = records[0];
  if (header === undefined) throw new InputError(`${where}: empty, not even a header`);
  return { names: header.map((field) => field.trim()), records };
}

function guessedLabel(names: readonly string[]): string {
  return names.includes('label') ? 'label' : names[names.length - 1];
}

/** As `--test-share` holds back, which here has no such name. */
function heldBack(
  labels: readonly string[],
  { where, held, seed }: { readonly where: string; readonly held: number; readonly seed: number },
): ReturnType<typeof holdOut> {
  try {
    return holdOut(labels, held, seed);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const why = error.message.replace(/^test-share: /, '');
    throw new InputError(`${where}: ${why} (${Math.round(100 * held)} % of the rows are held back)`);
  }
}
