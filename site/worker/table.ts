import { AnyCells } from '../../src/data/cells.js';
import { parseCsv } from '../../src/data/csv.js';
import { readRecords } from '../../src/data/csv-records.js';
import { holdOut } from '../../src/data/folds.js';
import { selectRows } from '../../src/data/split.js';
import { planTraining } from '../../src/ensemble/train/train.js';
import { InputError } from '../../src/errors.js';
import { LIMITS } from '../../src/limits.js';
import type { TableRequest } from './api.js';
import type { Prepared } from './brain-state.js';

/** Held-back rows that can be looked at. */
const SHOWN = 200;

/** A table, read as the command line reads it: the same columns, the same rows held back. */
export function tableData({ name, text, label, drop, held, seed }: TableRequest): Prepared {
  const where = name;
  const records: (readonly string[])[] = [];
  readRecords(text, where, LIMITS.record, (fields) => records.push(fields));
  const header = records[0];
  if (header === undefined) throw new InputError(`${where}: empty, not even a header`);
  const names = header.map((field) => field.trim());
  const target = label ?? (names.includes('label') ? 'label' : names[names.length - 1]);
  const unused = drop.filter((column) => column !== target && names.includes(column));
  const whole = parseCsv(text, { where, label: target, drop: unused, cells: new AnyCells() });
  const parts = holdOut(whole.labels, held, seed);
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
