import { InputError } from '../errors.js';
import { quoted } from '../printable.js';

/** The distinct labels in the default class order: by value where all are numbers, else by code units. */
export function classOrder(labels: ArrayLike<string | number>): string[] {
  const names = [...new Set(Array.from(labels, String))];
  const numeric = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return names.sort(numeric ? (a, b) => Number(a) - Number(b) || byText(a, b) : byText);
}

/** The class order of training data, which must have at least two classes. */
export function trainingClasses(labels: ArrayLike<string | number>, where: string): string[] {
  const classes = classOrder(labels);
  if (classes.length < 2) {
    const found =
      classes.length === 0 ? 'no samples' : `all ${labels.length} samples are ${quoted(classes[0])}`;
    throw new InputError(`${where}: at least two classes are needed, ${found}`);
  }
  return classes;
}
