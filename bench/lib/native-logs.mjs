/*
 * Solvers as executables: how to start them on an MPS file, and how to read what they print. Each reader is fed lines
 * and keeps `{ incumbent, bound, nodes, status }` of the minimised model; what a log does not say stays null.
 */

const number = (text) => (text !== undefined && Number.isFinite(Number(text)) ? Number(text) : null);

/** HiGHS: the progress table, and the report at the end. */
class HighsLog {
  incumbent = null;
  bound = null;
  nodes = null;
  status = null;

  read(line) {
    const words = line.trim().split(/\s+/);
    const explored = words.findIndex((word) => word.endsWith('%'));
    if (explored >= 3 && /^[\d.]+s$/.test(words.at(-1))) {
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
class GlpsolLog {
  incumbent = null;
  bound = null;
  nodes = null;
  status = null;

  read(line) {
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
class CbcLog {
  incumbent = null;
  bound = null;
  nodes = null;
  status = null;

  read(line) {
    const found = /Integer solution of (\S+) found/.exec(line);
    const state = /After (\d+) nodes?, \d+ on tree, (\S+) best solution, best possible (\S+)/.exec(line);
    const summary = /^(Objective value|Lower bound|Enumerated nodes|Result - )[:\s]*(.*)$/.exec(line.trim());
    if (found !== null) this.incumbent = number(found[1]);
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

/** `command(model, limit, unit)` is the argument list; `unit` is the step in which objectives move. */
export const NATIVE = {
  'highs-native': {
    program: 'highs',
    // The command line takes no gaps, so they come in an options file (`options` is written to `optionsFile`).
    options: (unit) =>
      `mip_rel_gap = 0\nmip_abs_gap = ${unit / 2}\nmip_feasibility_tolerance = 1e-9\nthreads = 1\n`,
    command: (model, limit, _unit, optionsFile) => [
      '--options_file',
      optionsFile,
      '--time_limit',
      String(limit),
      model,
    ],
    Log: HighsLog,
  },
  glpsol: {
    program: 'glpsol',
    command: (model, limit) => [
      '--freemps',
      model,
      '--tmlim',
      String(Math.max(1, Math.ceil(limit))),
      '--mipgap',
      '0',
    ],
    Log: GlpsolLog,
  },
  cbc: {
    program: 'cbc',
    command: (model, limit, unit) => [
      ...[model, '-sec', String(limit), '-timeMode', 'elapsed'],
      ...['-ratioGap', '0', '-allowableGap', String(unit / 2), '-solve'],
    ],
    Log: CbcLog,
  },
};
