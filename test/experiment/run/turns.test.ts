import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/experiment/run/turns.js';

describe('turns', () => {
  it('let no more work at a time than there is room, the lowest rank first, and go on after an error', async () => {
    const turns = new Turns(() => 2);
    const order: number[] = [];
    let busy = 0;
    let most = 0;
    const work = (rank: number) => async () => {
      order.push(rank);
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve, 1));
      busy--;
      if (rank === 1) throw new Error('one');
    };
    const ranks = [9, 8, 3, 1, 3, 2];
    const ended = await Promise.allSettled(ranks.map((rank) => turns.take(rank, work(rank))));
    expect(order).toEqual([9, 8, 1, 2, 3, 3]);
    expect(most).toBe(2);
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});
