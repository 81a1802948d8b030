/*
 * A reader of VIPR's certificates, written from the format's specification 1.1, on fractions of BigInt. It shares nothing with src/vipr, which computes in
 * whole numbers only. It knows asm, lin, rnd, uns and sol; `weak` and `incomplete` are refused.
 */

type Fraction = readonly [top: bigint, bottom: bigint]; // bottom > 0, in lowest terms
type Vector = ReadonlyMap<number, Fraction>;

interface Constraint {
  readonly sense: -1 | 0 | 1;
  readonly vector: Vector;
  readonly rhs: Fraction;
  readonly assumptions: ReadonlySet<number>;
}

function fraction(top: bigint, bottom: bigint): Fraction {
  let [a, b] = [top < 0n ? -top : top, bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? [0n, 1n] : [top / a, bottom / a];
}

const ZERO: Fraction = [0n, 1n];
const plus = (a: Fraction, b: Fraction) => fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
const by = (a: Fraction, b: Fraction) => fraction(a[0] * b[0], a[1] * b[1]);
const below = (a: Fraction, b: Fraction) => a[0] * b[1] < b[0] * a[1];
const isWhole = (a: Fraction) => a[1] === 1n;
const sign = (a: Fraction) => (a[0] > 0n ? 1 : a[0] < 0n ? -1 : 0);

function floor([top, bottom]: Fraction): Fraction {
  const quotient = top / bottom;
  return [top % bottom < 0n ? quotient - 1n : quotient, 1n];
}

function parse(text: string): Fraction {
  const found = /^(-?)(\d+)(?:\.(\d+)|\/(\d+))?$/.exec(text);
  if (found === null) throw new Error(`'${text}' is no number`);
  const [, minus, whole, decimals = '', bottom] = found;
  const top = BigInt(whole + decimals) * (minus === '' ? 1n : -1n);
  const value = fraction(top, bottom === undefined ? 10n ** BigInt(decimals.length) : BigInt(bottom));
  // VIPR's own checker does not reduce what it reads.
  if (bottom !== undefined && value[1] !== BigInt(bottom))
    throw new Error(`'${text}' is not in lowest terms`);
  return value;
}

/** What was verified: `infeasible`, or the range. */
export type Verified = 'infeasible' | readonly [lower: string, upper: string];

/** @throws Error that says what does not hold */
export function checkVipr(text: string): Verified {
  return new ViprChecker(text).run();
}

class ViprChecker {
  private readonly tokens: readonly string[];
  private at = 0;
  private isInteger: boolean[] = [];
  private isMin = true;
  private objective: Vector = new Map();
  private readonly constraints: Constraint[] = [];
  private best: Fraction | undefined;

  constructor(text: string) {
    const lines = text.split('\n').filter((line) => !line.startsWith('%'));
    this.tokens = lines.join(' ').split(/\s+/).filter(Boolean);
  }

  run(): Verified {
    this.word('VER');
    if (!['1.0', '1.1'].includes(this.next())) throw new Error('version');
    this.word('VAR');
    const columns = this.count();
    this.at += columns;
    this.word('INT');
    this.isInteger = new Array<boolean>(columns).fill(false);
    for (let n = this.count(); n > 0; n--) this.isInteger[this.count()] = true;
    this.word('OBJ');
    this.isMin = this.next() === 'min';
    this.objective = this.vector(this.count());
    this.word('CON');
    const rows = this.count();
    this.count();
    for (let n = 0; n < rows; n++) this.constraints.push({ ...this.constraint(), assumptions: new Set() });
    this.word('RTP');
    const isInfeasible = this.next() === 'infeas';
    const range = isInfeasible ? undefined : ([this.next(), this.next()] as const);
    this.readSolutions(rows);
    this.word('DER');
    for (let n = this.count(); n > 0; n--) this.derive();
    if (this.at !== this.tokens.length) throw new Error('more behind the last derivation');
    this.conclude(range);
    return range ?? 'infeasible';
  }

  private conclude(range: readonly [string, string] | undefined): void {
    const last = this.constraints.at(-1) as Constraint;
    if (last.assumptions.size > 0) throw new Error('the last constraint has assumptions');
    if (range === undefined) {
      if (!isFalsehood(last)) throw new Error('the last constraint is no falsehood');
      if (this.best !== undefined) throw new Error('infeasible, with a solution');
      return;
    }
    const [lower, upper] = range;
    if (!this.isMin) throw new Error('max is not read here');
    if (lower !== '-inf') this.demand(last, { sense: 1, vector: this.objective, rhs: parse(lower) });
    if (upper === 'inf') return;
    if (this.best === undefined || below(parse(upper), this.best)) throw new Error('no solution is as good');
  }

  private readSolutions(rows: number): void {
    this.word('SOL');
    for (let n = this.count(); n > 0; n--) {
      const name = this.next();
      const point = this.vector(this.count());
      const value = (vector: Vector) =>
        [...vector].reduce((sum, [c, a]) => plus(sum, by(a, point.get(c) ?? ZERO)), ZERO);
      for (const [c, v] of point)
        if (this.isInteger[c] && !isWhole(v)) throw new Error(`${name}: ${c} is no integer`);
      for (const { sense, vector, rhs } of this.constraints.slice(0, rows)) {
        const left = value(vector);
        if ((sense >= 0 && below(left, rhs)) || (sense <= 0 && below(rhs, left)))
          throw new Error(`${name} misses a row`);
      }
      const reached = value(this.objective);
      if (this.best === undefined || below(reached, this.best)) this.best = reached;
    }
  }

  private derive(): void {
    const own = this.constraint();
    this.word('{');
    const kind = this.next();
    const index = this.constraints.length;
    let assumptions = new Set<number>();
    if (kind === 'asm') assumptions.add(index);
    else if (kind === 'lin' || kind === 'rnd') {
      const sum = this.combination(assumptions);
      this.demand(kind === 'rnd' ? this.rounded(sum) : sum, own);
    } else if (kind === 'uns') assumptions = this.unsplit(own);
    else if (kind === 'sol') this.bySolution(own);
    else throw new Error(`'${kind}' is no reason`);
    this.word('}');
    this.next();
    this.constraints.push({ ...own, assumptions });
  }

  private combination(assumptions: Set<number>): Omit<Constraint, 'assumptions'> {
    const sums = new Map<number, Fraction>();
    let rhs = ZERO;
    let sense: -1 | 0 | 1 = 0;
    for (let n = this.count(); n > 0; n--) {
      const used = this.named();
      const times = parse(this.next());
      const turned = (used.sense * sign(times)) as -1 | 0 | 1;
      if (turned !== 0 && sense !== 0 && turned !== sense) throw new Error('no suitable combination');
      if (turned !== 0) sense = turned;
      for (const [c, a] of used.vector) sums.set(c, plus(sums.get(c) ?? ZERO, by(times, a)));
      rhs = plus(rhs, by(times, used.rhs));
      for (const assumption of used.assumptions) assumptions.add(assumption);
    }
    return { sense, vector: new Map([...sums].filter(([, a]) => a[0] !== 0n)), rhs };
  }

  private rounded({ sense, vector, rhs }: Omit<Constraint, 'assumptions'>): Omit<Constraint, 'assumptions'> {
    for (const [c, a] of vector)
      if (!this.isInteger[c] || !isWhole(a)) throw new Error('nothing to be rounded');
    if (sense === 0) throw new Error('an equation is not rounded');
    const down = floor(sense < 0 ? rhs : [-rhs[0], rhs[1]]);
    return { sense, vector, rhs: sense < 0 ? down : [-down[0], 1n] };
  }

  private unsplit(own: Omit<Constraint, 'assumptions'>): Set<number> {
    const [first, assumed, second, otherwise] = [this.index(), this.index(), this.index(), this.index()];
    this.demand(this.constraints[first], own);
    this.demand(this.constraints[second], own);
    const [a, b] = [this.constraints[assumed], this.constraints[otherwise]];
    const [low, high] = a.sense < 0 ? [a, b] : [b, a];
    if (low.sense !== -1 || high.sense !== 1 || !sameVector(low.vector, high.vector))
      throw new Error('no two halves');
    for (const [c, v] of low.vector)
      if (!this.isInteger[c] || !isWhole(v)) throw new Error('halves of what is not whole');
    if (!isWhole(low.rhs) || low.rhs[0] + 1n !== high.rhs[0] || !isWhole(high.rhs))
      throw new Error('something between the halves');
    const left = [...this.constraints[first].assumptions].filter((n) => n !== assumed);
    return new Set([...left, ...[...this.constraints[second].assumptions].filter((n) => n !== otherwise)]);
  }

  private bySolution({ sense, vector, rhs }: Omit<Constraint, 'assumptions'>): void {
    if (
      sense !== -1 ||
      !sameVector(vector, this.objective) ||
      this.best === undefined ||
      below(rhs, this.best)
    )
      throw new Error('no solution is known that is as good');
  }

  private demand(found: Omit<Constraint, 'assumptions'>, own: Omit<Constraint, 'assumptions'>): void {
    if (isFalsehood(found)) return;
    const isStrong =
      own.sense === 0
        ? found.sense === 0 && !below(found.rhs, own.rhs) && !below(own.rhs, found.rhs)
        : found.sense * own.sense >= 0 &&
          (own.sense > 0 ? !below(found.rhs, own.rhs) : !below(own.rhs, found.rhs));
    if (!isStrong || !sameVector(found.vector, own.vector))
      throw new Error(`constraint ${this.constraints.length} does not follow`);
  }

  private constraint(): Omit<Constraint, 'assumptions'> {
    this.next();
    const letter = this.next();
    const sense = letter === 'G' ? 1 : letter === 'L' ? -1 : 0;
    if (sense === 0 && letter !== 'E') throw new Error(`sense ${letter}`);
    const rhs = parse(this.next());
    if (this.tokens[this.at] === 'OBJ') {
      this.at++;
      return { sense, rhs, vector: this.objective };
    }
    return { sense, rhs, vector: this.vector(this.count()) };
  }

  private vector(entries: number): Vector {
    const vector = new Map<number, Fraction>();
    for (let n = 0; n < entries; n++) {
      const c = this.count();
      if (c >= this.isInteger.length || vector.has(c)) throw new Error(`column ${c}`);
      vector.set(c, parse(this.next()));
    }
    return vector;
  }

  private index(): number {
    const index = this.count();
    if (index >= this.constraints.length) throw new Error(`constraint ${index} is not there yet`);
    return index;
  }

  private named(): Constraint {
    return this.constraints[this.index()];
  }

  private count(): number {
    const text = this.next();
    if (!/^\d+$/.test(text)) throw new Error(`'${text}' is no count`);
    return Number(text);
  }

  private word(wanted: string): void {
    const found = this.next();
    if (found !== wanted) throw new Error(`'${found}' instead of ${wanted}`);
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new Error('the file ends too early');
    return token;
  }
}

function isFalsehood({ sense, vector, rhs }: Omit<Constraint, 'assumptions'>): boolean {
  if (vector.size > 0) return false;
  return (sense <= 0 && rhs[0] < 0n) || (sense >= 0 && rhs[0] > 0n);
}

function sameVector(a: Vector, b: Vector): boolean {
  if (a.size !== b.size) return false;
  for (const [c, [top, bottom]] of a) {
    const other = b.get(c);
    if (other === undefined || other[0] !== top || other[1] !== bottom) return false;
  }
  return true;
}
