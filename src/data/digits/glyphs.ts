/**
 * The ten digits as pen strokes, several ways of writing each. Coordinates are hundredths of a box, x to the right, y
 * down. A style is a list of strokes separated by `;`, a stroke a list of points `x,y` that the pen passes through on
 * a smooth curve; `!` after a point makes it a corner, where the curve may turn sharply. The number in front is how
 * often the style is drawn, relative to the other styles of its digit.
 *
 * Closed shapes are drawn as a hand does it: the last point comes near the first, and jitter leaves gaps or overlaps.
 */
const STYLES: readonly (readonly [weight: number, strokes: string])[][] = [
  // 0: from the top, narrow or round, closed or with a small hook, rarely with a slash
  [
    [4, '52,2 24,14 8,48 22,86 50,98 78,84 92,48 78,14 50,2'],
    [3, '56,4 34,12 22,48 30,84 50,97 70,84 78,48 68,14 46,3'],
    [2, '70,10 44,4 16,24 8,60 28,94 60,94 88,66 90,32 66,6 40,14'],
    [1, '50,2 22,14 10,50 22,86 50,98 78,84 90,50 78,14 50,2; 76,10 24,92'],
  ],
  // 1: bare stroke, with an upstroke, with upstroke and foot
  [
    [4, '52,2 50,50 48,98'],
    [4, '32,24 56,4! 54,50 52,98'],
    [2, '32,22 54,3! 53,50 52,96; 26,97 52,96 80,97'],
  ],
  // 2: flat foot, looped foot, curled start, wavy tail
  [
    [3, '10,26 26,6 58,2 80,20 72,46 40,74 10,96! 50,95 92,95'],
    [3, '12,22 36,3 70,8 78,32 56,62 22,90 12,88 24,76 52,86 92,94'],
    [2, '20,34 16,14 46,2 80,14 76,42 44,72 8,95! 38,88 62,98 94,90'],
    [1, '14,12! 46,4 78,16 74,44 48,66 14,92! 88,92'],
  ],
  // 3: two bowls, angular top, shallow waist with a small loop
  [
    [4, '14,14 44,2 78,14 74,38 40,47! 78,56 88,76 58,97 10,88'],
    [2, '12,6! 84,5! 42,42! 80,52 86,78 54,98 10,86'],
    [2, '18,20 40,3 72,8 78,28 56,46 36,48 58,50 84,66 76,92 40,98 10,84'],
    [1, '22,12 52,2 76,16 66,38 38,46 44,52 78,58 84,82 50,98 14,94'],
  ],
  // 4: open top, closed top, one pen stroke, short leg
  [
    [4, '24,4 16,34 12,56! 50,56 92,52; 76,6 72,50 68,98'],
    [3, '64,98 66,50 68,3! 36,34 8,66! 48,67 94,66'],
    [2, '30,2 24,28 22,50 44,58 74,46 80,8! 76,52 66,98'],
    [1, '20,10 14,44 30,56 78,50; 82,2 70,50 56,97'],
  ],
  // 5: hat drawn last, one stroke, rounded shoulder, small hat
  [
    [4, '26,6 22,44! 50,36 82,50 82,78 50,97 10,88; 26,6 56,5 88,4'],
    [3, '86,5 54,5 28,7! 22,46! 54,38 84,56 78,86 44,98 8,86'],
    [2, '80,10 48,6 28,18 26,40 60,50 80,68 64,94 30,97 10,82'],
    [1, '34,8 24,42! 60,40 78,64 62,92 12,96; 34,8 84,14'],
  ],
  // 6: long stem, upright stem, small loop low
  [
    [4, '72,4 38,18 16,54 22,88 52,98 82,82 78,58 50,50 22,68'],
    [3, '46,2 24,34 16,70 34,96 66,94 78,74 62,58 36,62 20,78'],
    [2, '84,10 52,6 22,32 10,68 30,96 62,94 72,72 52,60 26,74 22,86'],
  ],
  // 7: plain, with a bar, hooked start, curved leg
  [
    [4, '0,8 48,7 96,6! 62,50 40,98'],
    [2, '0,10 46,7 94,8! 64,48 42,98; 30,53 60,51 88,48'],
    [2, '2,22 4,8! 48,9 96,5! 62,46 50,98'],
    [2, '0,14 30,4 62,10 96,6! 74,40 40,66 32,98'],
  ],
  // 8: one stroke from the top right, two rings, narrow, lying open
  [
    [4, '74,14 46,2 20,18 36,42 70,60 76,86 48,98 20,84 30,60 64,42 78,18'],
    [2, '50,2 24,12 28,36 50,46 74,34 76,12 52,2; 50,46 18,64 20,90 50,98 82,88 80,62 52,46'],
    [2, '66,8 44,3 32,20 46,42 66,64 64,92 44,97 32,82 42,58 62,34 66,12'],
    [1, '84,10 50,4 22,20 44,46 66,66 58,94 30,96 22,78 46,56 80,26 88,8'],
  ],
  // 9: straight leg, curved leg, leg bent under, open head
  [
    [4, '80,16 52,3 20,18 18,42 46,52 74,36 80,12! 78,54 74,98'],
    [3, '76,12 44,4 16,26 24,50 54,48 76,20! 80,54 62,90 24,96'],
    [2, '82,10 50,4 26,22 30,44 58,46 78,24! 66,60 40,98'],
    [1, '78,26 60,4 28,10 18,36 44,50 76,38 82,8 84,50 60,92 30,88'],
  ],
];

export interface Stroke {
  /** Points x0, y0, x1, y1, ... in hundredths of the box. */
  readonly points: readonly number[];
  /** Per point: whether the curve may turn sharply here. */
  readonly corners: readonly boolean[];
}

export interface Style {
  readonly weight: number;
  readonly strokes: readonly Stroke[];
}

/** The styles of the digits 0..9. */
export const GLYPHS: readonly (readonly Style[])[] = STYLES.map((styles) =>
  styles.map(([weight, text]) => ({ weight, strokes: text.split(';').map(parseStroke) })),
);

function parseStroke(text: string): Stroke {
  const points: number[] = [];
  const corners: boolean[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const corner = word.endsWith('!');
    const [x, y] = (corner ? word.slice(0, -1) : word).split(',').map(Number);
    points.push(x, y);
    corners.push(corner);
  }
  return { points, corners };
}
