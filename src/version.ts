/**
 * The version of this package; a test holds it to package.json. A constant, because a bundle has no package.json beside
 * it, or somebody else's.
 */
export const VERSION = '0.1.0';
