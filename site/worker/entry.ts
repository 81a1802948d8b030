import { beBrain } from './brain.js';
import type { Role } from './protocol.js';
import { beSolver } from './solver.js';

/** The first message says what this worker is. */
self.addEventListener(
  'message',
  ({ data }: MessageEvent<Role>) => {
    if (data.role === 'solver') beSolver(data.port);
    else beBrain(data.solvers);
  },
  { once: true },
);
