/**
 * Jobs in order, each begun by whoever is free first and offered as soon as fewer than `most` are offered and not ended. Times in the unit of `lengths`.
 */
export function idealSchedule(lengths, workers, most) {
  const free = new Array(workers).fill(0);
  const ends = [];
  let longestWait = 0;
  let ended = [];
  for (const length of lengths) {
    // With `most` on offer the next comes when the first of them ends.
    let offer = 0;
    if (ended.length >= most) offer = ended.shift();
    const at = free.indexOf(Math.min(...free));
    const begin = Math.max(offer, free[at]);
    longestWait = Math.max(longestWait, begin - offer);
    free[at] = begin + length;
    ends.push(free[at]);
    const place = ended.findIndex((end) => end > free[at]);
    ended = place < 0 ? [...ended, free[at]] : [...ended.slice(0, place), free[at], ...ended.slice(place)];
  }
  return { end: Math.max(...ends), longestWait };
}
