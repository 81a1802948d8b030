import { sfc32 } from '../../src/random.js';

/** A point of the plane: whole coordinates from -100 to 100, y upwards, and the place of its class. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly c: number;
}

/** Coordinates end here, on both sides of 0. */
export const EDGE = 100;
export const PLANE_CLASSES = ['orange', 'blue', 'green'] as const;

type Draw = (unit: () => number, spread: () => number) => Point[];

const COUNT = 14;

/** Sets of points to begin with. */
export const PRESETS: Readonly<Record<string, { readonly title: string; readonly draw: Draw }>> = {
  blobs: {
    title: 'three heaps',
    draw: (_, spread) =>
      [
        [-50, 40],
        [50, 45],
        [0, -50],
      ].flatMap(([x, y], c) => many((): Point => ({ x: x + 42 * spread(), y: y + 42 * spread(), c }))),
  },
  moons: {
    title: 'two moons',
    draw: (unit, spread) =>
      [0, 1].flatMap((c) =>
        many((): Point => {
          const turn = Math.PI * unit();
          const side = c === 0 ? 1 : -1;
          const x = side * (55 * Math.cos(turn)) + (c === 0 ? -25 : 25);
          const y = side * (60 * Math.sin(turn)) - side * 20;
          return { x: x + 14 * spread(), y: y + 14 * spread(), c };
        }),
      ),
  },
  corners: {
    title: 'opposite corners',
    draw: (_, spread) =>
      [
        [-50, -50, 0],
        [50, 50, 0],
        [-50, 50, 1],
        [50, -50, 1],
      ].flatMap(([x, y, c]) =>
        many((): Point => ({ x: x + 36 * spread(), y: y + 36 * spread(), c }), COUNT / 2),
      ),
  },
  ring: {
    title: 'a ring',
    draw: (unit, spread) =>
      [0, 1].flatMap((c) =>
        many((): Point => {
          const turn = 2 * Math.PI * unit();
          const far = (c === 0 ? 15 : 75) + 12 * spread();
          return { x: far * Math.cos(turn), y: far * Math.sin(turn), c };
        }),
      ),
  },
};

/** The points of a preset; the same every time. */
export function presetPoints(name: string): Point[] {
  const preset = PRESETS[name] ?? PRESETS.blobs;
  const random = sfc32(name.length, COUNT);
  const unit = (): number => random() / 2 ** 32;
  const spread = (): number => unit() + unit() - 1;
  return preset.draw(unit, spread).map(({ x, y, c }) => ({ x: inside(x), y: inside(y), c }));
}

export function inside(value: number): number {
  return Math.round(Math.min(EDGE, Math.max(-EDGE, value)));
}

function many(draw: () => Point, count = COUNT): Point[] {
  return Array.from({ length: count }, draw);
}
