interface Waiting {
  readonly rank: number;
  readonly begin: () => void;
}

/**
 * Turns at a pool that several trainings share: no more pairs in work than it has room for, so that a killed process loses one pair a
 * worker and no more, and of those that wait the ones of the earliest training first, so that trainings end one after the other.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private busy = 0;

  /** @param room how many may work at a time; asked anew at every turn, because a pool may grow */
  constructor(private readonly room: () => number) {}

  /** Runs `work` when it is the turn of rank `rank`, lower ones first. */
  async take<T>(rank: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      const at = this.waiting.findIndex((other) => other.rank > rank);
      this.waiting.splice(at < 0 ? this.waiting.length : at, 0, { rank, begin });
      this.next();
    });
    try {
      return await work();
    } finally {
      this.busy--;
      this.next();
    }
  }

  private next(): void {
    while (this.busy < Math.max(1, this.room())) {
      const first = this.waiting.shift();
      if (first === undefined) return;
      this.busy++;
      first.begin();
    }
  }
}
