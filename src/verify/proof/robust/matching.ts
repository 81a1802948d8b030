import type { Fields } from '../parse.js';
import { reject } from '../types.js';
import type { RobustSetting } from './setting.js';

/**
 * Records `c k l`: a row of each of two samples of unlike labels, whose boxes have a point in common. A network that
 * certified both samples would answer both ways there, so at least one of the two does not count; no sample is
 * in two of the pairs, so one is lost for each, the cheaper one at best.
 */
export class Matching {
  private readonly used = new Set<number>();
  private lost = 0;

  constructor(
    private readonly setting: RobustSetting,
    private readonly claim: number,
  ) {}

  /** Enough samples are lost. */
  get done(): boolean {
    return this.setting.most - this.lost <= this.claim;
  }

  record(letter: string, fields: Fields): void {
    if (letter !== 'c') reject(`'${letter.slice(0, 20)}' is no record of a matching`);
    const k = this.row(fields);
    const l = this.row(fields);
    fields.end();
    const { labels, rows, radius } = this.setting;
    if (labels[k] === labels[l]) reject('c of two rows with equal labels');
    for (const [a, x] of rows[k].entries()) {
      if (Math.abs(x - rows[l][a]) > 2 * radius[a]) reject(`the boxes of rows ${k} and ${l} do not meet`);
    }
    const { costs, sampleOf } = this.setting;
    this.lost += Math.min(costs[sampleOf[k]], costs[sampleOf[l]]);
  }

  private row(fields: Fields): number {
    const k = fields.natural();
    if (k >= this.setting.rows.length) reject(`there is no row ${k}`);
    const sample = this.setting.sampleOf[k];
    if (this.used.has(sample)) reject(`sample ${sample} is in two pairs`);
    this.used.add(sample);
    return k;
  }
}
