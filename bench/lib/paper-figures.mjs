/* What the paper reports stands in one place, src/experiment/paper-figures.ts. */
export { ACCURACY, NONZERO } from '../../dist/experiment/paper-figures.js';
