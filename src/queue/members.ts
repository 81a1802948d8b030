import { parseJson } from '../json.js';
import type { Maker } from '../run/run-identity.js';

/** A worker in the list of those that are there. */
export interface Member extends Maker {
  readonly host: string;
  readonly pid: number;
  /** Pairs that it solves at a time. */
  readonly cores: number;
}

/** Seconds between two signs of life, and after which a worker counts as gone. */
export const BEAT = { every: 5, gone: 20 } as const;

export function memberBytes(member: Member): Buffer {
  return Buffer.from(JSON.stringify(member), 'utf8');
}

/** The members of these entries; what is none is left out. */
export function readMembers(entries: readonly Uint8Array[]): Member[] {
  return entries.flatMap((entry) => {
    try {
      const { host, pid, cores, fewbit, engine } = parseJson(
        Buffer.from(entry).toString('utf8'),
        'worker',
      ) as Member;
      const isMember =
        [host, fewbit, engine].every((text) => typeof text === 'string') && Number.isInteger(cores);
      return isMember ? [{ host, pid, cores, fewbit, engine }] : [];
    } catch {
      return [];
    }
  });
}
