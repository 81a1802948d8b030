/*
 * What the paper reports (Bernardelli, Gualandi, Milanesi, Lau, Yorke-Smith, INFORMS J. Computing 37(3), 2025), as means
 * over its instances, for networks [784,4,4,1] with weights -1, 0, 1: accuracies in percent by shots, and the
 * percentage of weights that are not zero.
 */
export const ACCURACY = {
  mnist: { 2: 49.5, 6: 63.8, 10: 68.4, 20: 75.5, 30: 80.9, 40: 81.8 },
  'fashion-mnist': { 10: 67.0, 20: 70.6, 30: 70.4, 40: 70.6 },
};
/** 4 against 9 only; the paper gives SM and SM+MM together. */
export const NONZERO = {
  '4,9': { without: { 2: 35, 6: 43, 10: 49 }, with: { 2: 24, 6: 27, 10: 27 } },
};
