import type { MilpModel } from '../milp/types.js';

/*
 * Solvers as executables: how to start them on an MPS file, how to read what they print, and what they write. Each log is fed lines
 * and keeps incumbent, bound, nodes and status of the minimised model; what it does not say stays null.
 */

export interface NativeLog {
  incumbent: number | null;
  bound: number | null;
  nodes: number | null;
  status: 'optimal' | 'infeasible' | null;
  read(line: string): void;
}

const number = (text: string | undefined): number | null => {
  return text !== undefined && Number.isFinite(Number(text)) ? Number(text) : null;
};

abstract class Log implements NativeLog {
  incumbent: number | null = null;
  bound: number | null = null;
  nodes: number | null = null;
  status: 'optimal' | 'infeasible' | null = null;
  abstract read(line: string): void;
}

/** HiGHS: the progress table, and the report at the end. */
class HighsLog extends Log {
  read(line: string): void {
    const words = line.trim().split(/\s+/);
    const explored = words.findIndex((word) => word.endsWith('%'));
    if (explored >= 3 && /^[\d.]+s$/.test(words.at(-1) ?? '')) {
      this.bound = number(words[explored + 1]) ?? this.bound;
      this.incumbent = number(words[explored + 2]) ?? this.incumbent;
      return;
    }
    const report = /^\s+(Status|Primal bound|Dual bound|Nodes)\s+(.+)$/.exec(line);
    if (report === null) return;
    const [, name, value] = report;
    if (name === 'Status') {
      if (value.startsWith('Optimal')) this.status = 'optimal';
      if (value.startsWith('Infeasible')) this.status = 'infeasible';
    } else if (name === 'Primal bound') this.incumbent = number(value) ?? this.incumbent;
    else if (name === 'Dual bound') this.bound = number(value) ?? this.bound;
    else this.nodes = number(value.split(' ')[0]);
  }
}

/** glpsol: `+ iterations: mip or >>>>> incumbent >= bound gap% (open; closed)`. */
class GlpsolLog extends Log {
  read(line: string): void {
    const row =
      /^\+\s*\d+: (?:mip =|>>>>>)\s+(\S+|not found yet) >=\s+(tree is empty|\S+).*\((\d+); (\d+)\)/.exec(
        line,
      );
    if (row !== null) {
      this.incumbent = number(row[1]) ?? this.incumbent;
      this.bound = number(row[2]) ?? this.bound;
      this.nodes = Number(row[3]) + Number(row[4]);
    } else if (line.startsWith('INTEGER OPTIMAL SOLUTION FOUND')) this.status = 'optimal';
    else if (/HAS NO (PRIMAL|INTEGER) FEASIBLE SOLUTION/.test(line)) this.status = 'infeasible';
  }
}

/** cbc: messages with incumbents and bounds on the way, a summary at the end. */
class CbcLog extends Log {
  read(line: string): void {
    const found = /Integer solution of (\S+) found/.exec(line);
    const state = /After (\d+) nodes?, \d+ on tree, (\S+) best solution, best possible (\S+)/.exec(line);
    const summary = /^(Objective value|Lower bound|Enumerated nodes|Result - )[:\s]*(.*)$/.exec(line.trim());
    if (line.startsWith('Problem is infeasible'))
      this.status = 'infeasible'; // of the relaxation, without a summary
    else if (found !== null) this.incumbent = number(found[1]);
    else if (state !== null) {
      this.nodes = Number(state[1]);
      if (Math.abs(Number(state[2])) < 1e49) this.incumbent = number(state[2]); // 1e50 stands for none
      this.bound = number(state[3]);
    } else if (summary !== null) {
      const [, name, value] = summary;
      if (name === 'Result - ' && value.startsWith('Optimal')) this.status = 'optimal';
      else if (name === 'Result - ' && /infeasible/.test(value)) this.status = 'infeasible';
      else if (name === 'Lower bound') this.bound = number(value);
      else if (name === 'Enumerated nodes') this.nodes = number(value);
      else if (name === 'Objective value') this.incumbent = number(value);
    }
  }
}

/** SCIP: the table of its display, `|`-separated with dual and primal bound, and the summary. */
class ScipLog extends Log {
  read(line: string): void {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length > 10 && /[\d.]+s$/.test(cells[0])) {
      const [dual, primal] = cells.slice(-4, -2);
      this.bound = number(dual) ?? this.bound;
      this.incumbent = number(primal) ?? this.incumbent;
      return;
    }
    const summary = /^(SCIP Status|Solving Nodes|Primal Bound|Dual Bound)\s*:\s*(.*)$/.exec(line.trim());
    if (summary === null) return;
    const [, name, value] = summary;
    if (name === 'SCIP Status') {
      if (value.includes('optimal solution found')) this.status = 'optimal';
      if (value.includes('infeasible')) this.status = 'infeasible';
    } else if (name === 'Solving Nodes') this.nodes = number(value.split(' ')[0]);
    else if (name === 'Primal Bound') this.incumbent = finite(value.split(' ')[0]) ?? this.incumbent;
    else this.bound = finite(value.split(' ')[0]) ?? this.bound;
  }
}

/** 1e+20 stands for none. */
function finite(text: string): number | null {
  const value = number(text);
  return value === null || Math.abs(value) >= 1e20 ? null : value;
}

/** Where the files of a run lie. */
export interface NativeFiles {
  readonly model: string;
  readonly options: string;
  readonly solution: string;
}

export interface NativeSolver {
  readonly program: string;
  /** What prints the version. */
  readonly version: readonly string[];
  /** @param unit the step in which objectives move */
  command(files: NativeFiles, limit: number, unit: number): string[];
  /** What stands in the options file, for programs that take some settings in no other way. */
  options?(unit: number): string;
  log(): NativeLog;
  /** The value of every column of the model in the solution file; undefined: there is no point in it. */
  point(text: string, model: MilpModel): Float64Array | undefined;
}

/** Lines of names and values; what is not named is 0. */
function byName(text: string, model: MilpModel, line: RegExp): Float64Array | undefined {
  const index = new Map(model.columns.map(({ name }, at) => [name, at]));
  const values = new Float64Array(model.columns.length);
  let found = 0;
  for (const [, name, value] of text.matchAll(line)) {
    const at = index.get(name);
    if (at === undefined) continue;
    values[at] = Number(value);
    found++;
  }
  return found === 0 ? undefined : values;
}

export const NATIVE: Readonly<Record<string, NativeSolver>> = {
  'highs-native': {
    program: 'highs',
    version: ['--version'],
    // The command line takes no gaps, so they come in an options file.
    options: (unit) =>
      `mip_rel_gap = 0\nmip_abs_gap = ${unit / 2}\nmip_feasibility_tolerance = 1e-9\nthreads = 1\n`,
    command: ({ model, options, solution }, limit) => [
      ...['--options_file', options, '--time_limit', String(limit), '--solution_file', solution, model],
    ],
    log: () => new HighsLog(),
    point: (text, model) => {
      if (!/^Feasible$/m.test(text)) return undefined;
      const [, columns = ''] = /^# Columns[^\n]*\n([\s\S]*?)(?=^#|$(?![\s\S]))/m.exec(text) ?? [];
      return byName(columns, model, /^(\S+) (\S+)$/gm);
    },
  },
  glpsol: {
    program: 'glpsol',
    version: ['--version'],
    command: ({ model, solution }, limit) => [
      // Its presolver drops rows that are violated by less than 1e-3.
      ...['--freemps', model, '--nopresol', '--tmlim', String(Math.max(1, Math.ceil(limit)))],
      ...['--mipgap', '0', '--write', solution],
    ],
    log: () => new GlpsolLog(),
    point: (text, model) => {
      if (!/^s mip \d+ \d+ [of] /m.test(text)) return undefined;
      const values = new Float64Array(model.columns.length);
      for (const [, at, value] of text.matchAll(/^j (\d+) (\S+)/gm)) values[Number(at) - 1] = Number(value);
      return values;
    },
  },
  cbc: {
    program: 'cbc',
    version: ['-quit'],
    command: ({ model, solution }, limit, unit) => [
      ...[model, '-sec', String(limit), '-timeMode', 'elapsed'],
      ...['-ratioGap', '0', '-allowableGap', String(unit / 2), '-solve', '-solution', solution],
    ],
    log: () => new CbcLog(),
    point: (text, model) => {
      const [first] = text.split('\n');
      if (/nfeasible|no integer solution/.test(first)) return undefined;
      return byName(text, model, /^\s*(?:\*\*\s+)?\d+\s+(\S+)\s+(\S+)\s+\S+\s*$/gm);
    },
  },
  scip: {
    program: 'scip',
    version: ['--version'],
    command: ({ model, solution }, limit, unit) => [
      ...['-c', `set limits time ${limit}`, '-c', `set limits absgap ${unit / 2}`, '-c', `read ${model}`],
      ...['-c', 'optimize', '-c', `write solution ${solution}`, '-c', 'quit'],
    ],
    log: () => new ScipLog(),
    point: (text, model) => {
      if (/^no solution available/m.test(text)) return undefined;
      return byName(text, model, /^(\S+)\s+(\S+)\s+\(obj:/gm);
    },
  },
};
