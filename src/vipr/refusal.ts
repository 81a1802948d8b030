/** What has no derivation here; its message names it. */
export class Refusal extends Error {}

export function refuse(what: string): never {
  throw new Refusal(what);
}
