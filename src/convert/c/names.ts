import { InputError } from '../../errors.js';
import { cut, printable, quoted } from '../../printable.js';

/*
 * What of a model goes into C as text: a name for symbols, class names as bytes, names in comments, numbers.
 */

const KEYWORDS = new Set(
  (
    'auto break case char const continue default do double else enum extern float for goto if inline int long register ' +
    'restrict return short signed sizeof static struct switch typedef union unsigned void volatile while class delete ' +
    'new private protected public template this throw try catch virtual operator friend namespace using bool true false ' +
    'main setup loop'
  ).split(' '),
);

/**
 * The name that all symbols and files begin with. Throws `InputError` where it is no identifier of C and C++, or a word or a
 * reserved name of them.
 */
export function checkName(name: string): string {
  const isFit = /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name) && !name.includes('__') && !KEYWORDS.has(name);
  if (isFit) return name;
  throw new InputError(
    `name: ${quoted(name)} cannot begin the names of a C source; letters, digits and _, a letter first, 63 at most, no word of C`,
  );
}

/** Puts the name in place of the N in every `N_..` of a text of our own. */
export function named(text: string, name: string): string {
  return text.replace(/\bN_/g, `${name}_`);
}

/** A foreign name inside a comment: it can neither end the comment nor hide in it. */
export function inComment(text: string): string {
  return printable(cut(text, 60)).replaceAll('*/', '* /').replaceAll('/*', '/ *').replaceAll('\\', '\\\\');
}

/** The bytes of a text as C has it: UTF-8 and a zero at the end; what that cannot hold is written out as printable.ts does. */
export function textBytes(text: string): number[] {
  const safe = Array.from(text, (point) => {
    const unit = point.charCodeAt(0);
    const isLone = point.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    return unit === 0 || isLone ? `\\u${unit.toString(16).padStart(4, '0')}` : point;
  }).join('');
  return [...new TextEncoder().encode(safe), 0];
}

/** A list of numbers as the body of an initialiser, in lines of readable length. */
export function listed(values: readonly (number | string)[], indent = '    '): string {
  const lines: string[] = [];
  let line = '';
  for (const value of values) {
    const item = `${value},`;
    if (line.length + item.length + 1 > 110) {
      lines.push(indent + line.trim());
      line = '';
    }
    line += ` ${item}`;
  }
  if (line !== '') lines.push(indent + line.trim());
  return lines.join('\n').replace(/,$/, '');
}

/** A 32-bit number as a constant: the least one has no literal of its own. */
export function int32(value: number): string {
  if (value >= -32767 && value <= 32767) return String(value);
  return value === -(2 ** 31)
    ? '(-INT32_C(2147483647) - 1)'
    : `INT32_C(${value})`.replace('INT32_C(-', '-INT32_C(');
}

/** A double or float without a rounding on the way: hexadecimal, as C99 has it. */
export function floating(value: number, isFloat = false): string {
  const suffix = isFloat ? 'f' : '';
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24) return `${value}.0${suffix}`;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const exponent = (high >>> 20) & 0x7ff;
  const digits = fraction.toString(16).padStart(13, '0').replace(/0+$/, '') || '0';
  const [lead, power] = exponent === 0 ? [0, -1022] : [1, exponent - 1023];
  return `${value < 0 ? '-' : ''}0x${lead}.${digits}p${power}${suffix}`;
}
