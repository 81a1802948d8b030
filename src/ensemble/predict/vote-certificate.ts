import { jsonNumber } from '../../json.js';

/** What an ensemble provably answers round a sample. */
export interface VoteCertificate {
  /** The label now, `null` for "no label": then nothing is certified. */
  readonly label: string | null;
  /**
   * The largest whole L-infinity radius, in the units that the networks read, at which the label provably is the same:
   * a lower bound, as networks count as independent. `Infinity` where no input changes it (in JSON: "Infinity"), `null`
   * without a label.
   */
  readonly radius: number | null;
}

export function certificateOf(label: string | null, radius: number | null): VoteCertificate {
  const certificate: VoteCertificate = { label, radius };
  // JSON has no infinity and would make it `null`, which says something else.
  if (radius === Number.POSITIVE_INFINITY) {
    Object.defineProperty(certificate, 'toJSON', { value: () => ({ label, radius: jsonNumber(radius) }) });
  }
  return certificate;
}
