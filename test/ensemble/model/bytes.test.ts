import { describe, expect, it } from 'vitest';
import { weightBytes } from '../../../src/ensemble/model/bytes.js';
import type { Network } from '../../../src/network/types.js';

const pair = (nonzero: number, links: number, network: Network | null = {} as Network) => ({
  nonzero,
  links,
  network,
});

describe('weightBytes', () => {
  it('takes two bits a ternary weight, or places and signs where that is less', () => {
    expect(weightBytes([pair(800, 1728)], 1)).toBe(432);
    expect(weightBytes([pair(100, 1728)], 1)).toBe(150); // 100 * (11 + 1) bits
    expect(weightBytes([pair(800, 1728), pair(100, 1728), pair(0, 1728)], 1)).toBe(582);
  });

  it('takes what larger weights need, and nothing for no network', () => {
    expect(weightBytes([pair(9, 10)], 3)).toBe(4); // 10 * 3 bits
    expect(weightBytes([pair(9, 10)], 127)).toBe(10);
    expect(weightBytes([pair(0, 10, null)], 1)).toBe(0);
  });
});
