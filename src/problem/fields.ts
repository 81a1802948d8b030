/** The fields of a problem that ask for more than the paper. */
export const FIELDS = [
  'ranges',
  'radii',
  'free',
  'maxNonzero',
  'exclusive',
  'together',
  'costs',
  'atMostWrong',
] as const;
