import type { Figures } from '../problem/figures.js';
import type { HistoryPoint } from '../problem/solution.js';

/** Points that a stage keeps at most. */
const MOST = 64;

/**
 * How incumbent and bound of a stage came to meet: a point at every change, by work and not by the clock, so that it is the same on any
 * machine. Of a stage with more changes every other point is left out again and again: a value then shows later than it came, never sooner.
 */
export class History {
  private points: HistoryPoint[] = [];

  /** What stands after so much work. */
  take(work: number, { objective, bound }: Figures): void {
    const last = this.points.at(-1);
    if (
      last === undefined ? objective === null && bound === null : last[1] === objective && last[2] === bound
    )
      return;
    if (last?.[0] === work) this.points.pop();
    this.points.push([work, objective, bound]);
    if (this.points.length > MOST) this.points = this.points.filter((_, at) => at % 2 === 0);
  }

  /** The points, and where the stage ended. */
  whole(work: number, { objective, bound }: Figures): readonly HistoryPoint[] {
    const last = this.points.at(-1);
    const isThere = last === undefined || (last[0] === work && last[1] === objective && last[2] === bound);
    return isThere
      ? this.points
      : [...this.points.filter((point) => point[0] < work), [work, objective, bound]];
  }
}
