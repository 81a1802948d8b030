import { rootsAreBytes } from '../front.js';
import type { Plan } from '../plan.js';
import { encodingBytes } from './encoding.js';
import { featureBytes } from './features.js';
import { textBytes } from './names.js';
import type { Stream } from './stream.js';

/** Bytes of all constant tables: weights, scaling, names. */
export function needsRoom(plan: Plan, stream: Stream): number {
  const { front, classes } = plan;
  let bytes = stream.bytes + classes.reduce((sum, name) => sum + textBytes(name).length, 0);
  if (plan.form === 'layers') bytes += 2 * Math.max(2, plan.layers.length);
  switch (front.kind) {
    case 'direct':
      return bytes;
    case 'features':
      return bytes + featureBytes(front);
    case 'table':
      return bytes + (rootsAreBytes(front) ? 256 : 512);
    case 'encoded':
      return bytes + encodingBytes(front.encoding);
    case 'doubles':
      return bytes + 16 * (front.middle?.length ?? 0);
    case 'levels':
      return bytes + listBytes(front.thresholds, 4);
    case 'columns': {
      const { columns } = front;
      const width = front.input === 'int16' ? 2 : 4;
      const lines = columns.map(({ line }) => line);
      const of = (values: readonly number[]): number => (Math.max(...values) <= 65535 ? 2 : 4);
      bytes += columns.length * (2 * width + 4);
      if (lines.some((line) => line !== null)) {
        const [slopes, starts, divisors] = [
          lines.map((l) => l?.slope ?? 0),
          lines.map((l) => l?.start ?? 0),
          lines.map((l) => l?.divisor ?? 0),
        ];
        bytes += columns.length * (of(slopes) + of(starts) + of(divisors));
      }
      const steps = columns.map((column) => column.steps);
      return steps.some((list) => list.length > 0) ? bytes + listBytes(steps, width) : bytes;
    }
  }
}

function listBytes(lists: readonly (readonly number[])[], width: number): number {
  const entries = lists.reduce((sum, list) => sum + list.length, 0);
  return Math.max(1, entries) * width + 4 * (lists.length + 1);
}
