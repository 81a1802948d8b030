/*
 * The one queue of everything that the page draws. A frame takes jobs out of it until they have used a few milliseconds, and leaves the rest to
 * the next one: panels that all have to draw when a training ends would together be the page's longest task, with the layout that comes of it.
 */

/** Of a frame for the scripts; style, layout and paint of what they change come on top, and the solvers want the cores. */
const FRAME_MS = 2;

const jobs = new Set<() => void>();
let isAsked = false;

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(run);
}

function run(): void {
  isAsked = false;
  const began = performance.now();
  try {
    for (const job of jobs) {
      jobs.delete(job);
      job();
      if (performance.now() - began >= FRAME_MS) break;
    }
  } finally {
    if (jobs.size > 0) ask();
  }
}

/** Puts the job into the queue, where it is not in it yet: once in a frame at most, however often it is asked. */
export function inFrame(draw: () => void): () => void {
  return () => {
    jobs.add(draw);
    ask();
  };
}

/** The same, once in so many milliseconds at most, the last time behind the last asking. */
export function onceIn(milliseconds: number, draw: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = inFrame(() => {
    last = performance.now();
    draw();
  });
  return () => {
    if (timer !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        run();
      },
      Math.max(0, last + milliseconds - performance.now()),
    );
  };
}

/**
 * Draws a list piece by piece. Each call begins anew.
 *
 * @param draw draws entry `at`; `false`: that was the last one
 */
export function inPieces(draw: (at: number) => boolean): () => void {
  let at = 0;
  const more = inFrame(() => {
    const began = performance.now();
    while (draw(at++)) {
      if (performance.now() - began < FRAME_MS / 2) continue;
      more();
      return;
    }
  });
  return () => {
    at = 0;
    more();
  };
}

/** Lets a frame come between; in a page that nobody sees, where there are none, a moment. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 50);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}
