import { Store } from './store.js';

export type Kind = 'digits' | 'table' | 'plane';

/** Everything that decides what is trained, but for drawings, points and tables of one's own. The address of the page holds it. */
export interface Settings {
  readonly kind: Kind;
  /** Digits, in order. */
  readonly classes: readonly string[];
  readonly shots: number;
  readonly objective: 'bemi' | 'robust';
  readonly hidden: readonly number[];
  readonly weightBound: number;
  /** L-infinity, in grey levels or the table's units; `null`: what the objective has by itself. */
  readonly radius: number | null;
  /** Robust: moved copies of each digit. */
  readonly copies: number;
  readonly features: 'none' | 'deskew' | 'hog';
  /** Work units a pair; `null`: the engine's own plan. */
  readonly work: number | null;
  readonly seed: number;
  readonly preset: string;
}

export const ALL_DIGITS: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit));

const COMMON = {
  features: 'none',
  radius: null,
  copies: 12,
  seed: 0,
  preset: 'blobs',
  classes: ALL_DIGITS,
} as const;

/** What each kind begins with: what shows the most in a few seconds. */
export const DEFAULTS: Readonly<Record<Kind, Settings>> = {
  digits: {
    ...COMMON,
    kind: 'digits',
    shots: 10,
    objective: 'robust',
    hidden: [],
    weightBound: 1,
    work: 20_000_000,
  },
  table: {
    ...COMMON,
    kind: 'table',
    shots: 10,
    objective: 'robust',
    hidden: [],
    weightBound: 1,
    // What the command line has; a limit that suits pictures ends the search of a table before it has found anything.
    work: null,
  },
  plane: {
    ...COMMON,
    kind: 'plane',
    shots: 10,
    objective: 'bemi',
    // Two layers: one cannot draw a ring.
    hidden: [4, 4],
    weightBound: 3,
    work: null,
  },
};

export const LAYERS: readonly (readonly number[])[] = [[], [2], [4], [8], [4, 4]];
export const WORKS: readonly (number | null)[] = [2_000_000, 20_000_000, 100_000_000, 1_000_000_000, null];
export const MOST_SHOTS = 20;
export const MOST_WEIGHT = 7;
export const MOST_RADIUS = 32;
export const MOST_COPIES = 40;

/** The settings as the part of an address behind `#`; only what differs from the defaults. */
export function formatSettings(settings: Settings): string {
  const base = DEFAULTS[settings.kind];
  const parts = new URLSearchParams();
  const put = (name: keyof Settings, text: string): void => {
    if (String(settings[name]) !== String(base[name])) parts.set(name, text);
  };
  put('classes', settings.classes.join(''));
  put('shots', String(settings.shots));
  put('objective', settings.objective);
  put('hidden', settings.hidden.length === 0 ? 'none' : settings.hidden.join('.'));
  put('weightBound', String(settings.weightBound));
  put('radius', settings.radius === null ? 'auto' : String(settings.radius));
  put('copies', String(settings.copies));
  put('features', settings.features);
  put('work', settings.work === null ? 'all' : String(settings.work));
  put('seed', String(settings.seed));
  put('preset', settings.preset);
  const rest = parts.toString();
  return rest === '' ? settings.kind : `${settings.kind}&${rest}`;
}

/** Reads such a part. What is not a setting, or out of its range, is left at the default: an address is no place for messages. */
export function parseSettings(text: string): Settings {
  const [first, ...rest] = text.replace(/^#/, '').split('&');
  const kind = first === 'table' || first === 'plane' ? first : 'digits';
  const base = DEFAULTS[kind];
  const parts = new URLSearchParams(rest.join('&'));
  const whole = (name: keyof Settings, least: number, most: number): number | undefined => {
    const text = parts.get(name);
    if (text === null || !/^\d{1,10}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  };
  const one = <T extends string>(name: keyof Settings, among: readonly T[]): T | undefined =>
    among.find((entry) => entry === parts.get(name));
  const classes = [...new Set(parts.get('classes') ?? '')].filter((digit) => ALL_DIGITS.includes(digit));
  const hidden = LAYERS.find((layers) => (layers.join('.') || 'none') === parts.get('hidden'));
  const work = parts.get('work') === 'all' ? null : whole('work', 100_000, 1_000_000_000);
  return {
    kind,
    classes: classes.length >= 2 ? classes.sort() : base.classes,
    shots: whole('shots', 1, MOST_SHOTS) ?? base.shots,
    objective: one('objective', ['bemi', 'robust']) ?? base.objective,
    hidden: hidden ?? base.hidden,
    weightBound: whole('weightBound', 1, MOST_WEIGHT) ?? base.weightBound,
    radius: whole('radius', 0, MOST_RADIUS) ?? base.radius,
    copies: whole('copies', 1, MOST_COPIES) ?? base.copies,
    features: one('features', ['none', 'deskew', 'hog']) ?? base.features,
    work: work === undefined ? base.work : work,
    seed: whole('seed', 0, 4_294_967_295) ?? base.seed,
    preset: one('preset', ['blobs', 'moons', 'corners', 'ring']) ?? base.preset,
  };
}

/** The settings of the page, in step with its address. Whoever changes them calls `change`. */
export class SettingsStore extends Store<Settings> {
  constructor() {
    super(parseSettings(location.hash));
    addEventListener('hashchange', () => {
      const settings = parseSettings(location.hash);
      if (formatSettings(settings) !== formatSettings(this.get())) this.set(settings);
    });
  }

  change(fields: Partial<Settings>): void {
    const settings = { ...this.get(), ...fields };
    const hash = `#${formatSettings(settings)}`;
    // No entry of the history for every turn of a knob.
    history.replaceState(null, '', hash);
    this.set(settings);
  }

  /** Another kind begins with its own defaults. */
  open(kind: Kind): void {
    if (kind === this.get().kind) return;
    history.pushState(null, '', `#${kind}`);
    this.set(DEFAULTS[kind]);
  }
}
