import { below, type RandomSource, sfc32, uniform } from '../random.js';

/** What is drawn at random, and the same again from the same seed. */
export class Draws {
  private readonly random: RandomSource;

  constructor(...seed: readonly number[]) {
    this.random = sfc32(...seed);
  }

  /** A whole number in `least..most`. */
  int(least: number, most: number): number {
    return least + below(this.random, most - least + 1);
  }

  /** True once in `times`, on average. */
  once(times: number): boolean {
    return uniform(this.random) * times < 1;
  }

  pick<T>(list: readonly T[]): T {
    return list[below(this.random, list.length)];
  }

  list<T>(length: number, draw: (at: number) => T): T[] {
    return Array.from({ length }, (_, at) => draw(at));
  }

  /** A whole number in 1..most, small ones as often as large ones of any size. */
  logarithmic(most: number): number {
    return Math.floor(most ** uniform(this.random));
  }

  /** 0..count-1 in any order (Fisher and Yates). */
  order(count: number): number[] {
    const order = Array.from({ length: count }, (_, n) => n);
    for (let left = count - 1; left > 0; left--) {
      const other = this.int(0, left);
      [order[left], order[other]] = [order[other], order[left]];
    }
    return order;
  }

  /** Some of 0..count-1, ascending, none and all among them. */
  some(count: number): number[] {
    const share = uniform(this.random) * 1.4 - 0.2;
    return Array.from({ length: count }, (_, k) => k).filter(() => uniform(this.random) < share);
  }
}
