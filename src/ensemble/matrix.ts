import { InputError } from '../errors.js';
import { describe, quoted } from '../printable.js';
import type { Matrix } from './types.js';

/** A checked matrix: every value a finite number, row-major, `rows * columns` of them. */
export interface DenseMatrix {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

export interface MatrixChecks {
  /** What messages call the matrix; default `samples`. */
  readonly name?: string;
  /** Required row length, for instance a model's inputs; default: the first row's. */
  readonly columns?: number;
  /** NaN stands for a missing value; default: refused. */
  readonly missing?: boolean;
  /** Names of the columns, quoted in messages. */
  readonly columnNames?: readonly string[];
}

/**
 * Flattens and checks a matrix. Flat input is used in place (a typed array is not copied), nested rows are copied once
 * into a Float64Array. Throws `InputError` naming the element (`samples[3][5]`, both counted from 0) when a row is
 * ragged, a value is no finite number, or the declared shape does not fit the values.
 */
export function toDense(matrix: Matrix, checks: MatrixChecks = {}): DenseMatrix {
  const name = checks.name ?? 'samples';
  if (matrix === null || typeof matrix !== 'object') {
    throw new InputError(`${name}: expected rows of numbers, got ${describe(matrix)}`);
  }
  const dense = isFlat(matrix) ? flatInPlace(matrix, name) : flatten(matrix, name, checks.columns);
  if (checks.columns !== undefined && dense.rows > 0 && dense.columns !== checks.columns) {
    throw new InputError(`${name}: rows have ${dense.columns} values, expected ${checks.columns}`);
  }
  checkFinite(dense, name, checks.columnNames, checks.missing ?? false);
  return dense;
}

type FlatMatrix = Extract<Matrix, { readonly values: ArrayLike<number> }>;

/** Told from nested rows by its shape: arrays and typed arrays have no field `rows`. */
function isFlat(matrix: Matrix): matrix is FlatMatrix {
  return !Array.isArray(matrix) && 'values' in matrix && 'rows' in matrix && 'columns' in matrix;
}

function flatInPlace(matrix: FlatMatrix, name: string): DenseMatrix {
  const { values, rows, columns } = matrix;
  if (!Number.isSafeInteger(rows) || rows < 0 || !Number.isSafeInteger(columns) || columns < 1) {
    throw new InputError(`${name}: rows and columns must be whole numbers, got ${rows} x ${columns}`);
  }
  if (values === null || typeof values !== 'object' || values.length !== rows * columns) {
    throw new InputError(
      `${name}: ${rows} x ${columns} needs ${rows * columns} values, got ${values?.length ?? describe(values)}`,
    );
  }
  return { values, rows, columns };
}

function flatten(
  nested: readonly ArrayLike<number>[],
  name: string,
  expected: number | undefined,
): DenseMatrix {
  if (!Array.isArray(nested)) {
    throw new InputError(
      `${name}: a flat array needs its shape, as { values, rows, columns }; got ${describe(nested)}`,
    );
  }
  const rows = nested.length;
  if (rows === 0) return { values: new Float64Array(0), rows: 0, columns: expected ?? 0 };
  const columns = rowLength(nested[0], `${name}[0]`);
  if (columns === 0) throw new InputError(`${name}[0]: the row is empty`);
  // Lengths first: a ragged matrix is refused before anything of its size is allocated.
  for (let row = 1; row < rows; row++) {
    const length = rowLength(nested[row], `${name}[${row}]`);
    if (length !== columns) {
      throw new InputError(`${name}[${row}]: the row has ${length} values, the first row has ${columns}`);
    }
  }
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const source = nested[row];
    for (let column = 0; column < columns; column++) {
      const value: unknown = source[column];
      // A string or null must not slip through as the number it converts to.
      values[row * columns + column] = typeof value === 'number' ? value : Number.NaN;
      if (typeof value !== 'number') {
        throw new InputError(`${name}[${row}][${column}]: expected a number, got ${describe(value)}`);
      }
    }
  }
  return { values, rows, columns };
}

function rowLength(row: unknown, where: string): number {
  if (Array.isArray(row)) return row.length;
  if (ArrayBuffer.isView(row) && !(row instanceof DataView)) return (row as Uint8Array).length;
  throw new InputError(`${where}: expected a row of numbers, got ${describe(row)}`);
}

function checkFinite(
  matrix: DenseMatrix,
  name: string,
  columnNames: readonly string[] | undefined,
  missing: boolean,
): void {
  const { values, columns } = matrix;
  for (let at = 0; at < values.length; at++) {
    const value: unknown = values[at];
    if (typeof value === 'number' && (Number.isFinite(value) || (missing && Number.isNaN(value)))) continue;
    const column = at % columns;
    const called = columnNames?.[column] === undefined ? '' : ` (column ${quoted(columnNames[column])})`;
    throw new InputError(
      `${name}[${Math.floor(at / columns)}][${column}]${called}: expected a finite number, got ${describe(value)}`,
    );
  }
}
