import { sfc32 } from '../../src/random.js';

/** A made-up table with numbers, texts and holes, for those who have none at hand; the same every time. */
export function exampleTable(): string {
  const random = sfc32(7, 11);
  const unit = (): number => random() / 2 ** 32;
  const around = (middle: number, width: number): number => middle + width * (unit() + unit() - 1);
  const kinds = [
    { name: 'apple', weight: 180, width: 76, colours: ['red', 'green', 'yellow'], stone: 'no' },
    { name: 'plum', weight: 62, width: 46, colours: ['purple', 'red', 'yellow'], stone: 'yes' },
    { name: 'lemon', weight: 115, width: 58, colours: ['yellow', 'green', 'yellow'], stone: 'no' },
    { name: 'peach', weight: 155, width: 70, colours: ['orange', 'red', 'yellow'], stone: 'yes' },
  ];
  const lines = Array.from({ length: 120 }, (_, row) => {
    const { name, weight, width, colours, stone } = kinds[row % kinds.length];
    const size = around(1, 0.3);
    const fields = [
      Math.round(weight * size),
      (width * size ** 0.4 + around(0, 5)).toFixed(1),
      colours[Math.floor(unit() ** 1.6 * colours.length)],
      unit() < 0.06 ? '' : unit() < 0.04 ? (stone === 'yes' ? 'no' : 'yes') : stone,
      around(12, 3).toFixed(1),
    ];
    return [...fields, name].join(',');
  });
  return ['weight g,width mm,colour,stone,sugar %,fruit', ...lines].join('\n');
}
