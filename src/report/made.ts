import type { TrainingConfig } from '../ensemble/types.js';
import { dataTable } from './shell.js';
import { escapeText } from './svg.js';

/** What made a model, and what makes it again. */
export interface Made {
  /** Version of the package, and SHA-256 of the engine. */
  readonly fewbit: string;
  readonly engine: string;
  /** The command as it was given, without what does not change the model. */
  readonly command: string;
  /** Fingerprint of the samples trained on, where it is one training. */
  readonly fingerprint?: string;
}

/**
 * The command, and the options that decided the result.
 *
 * @param training of a model: every option, defaults too; else those that were given
 * @param result what the command makes, as in "the model is the same"
 */
export function madePart(
  { fewbit, engine, command, fingerprint }: Made,
  training: TrainingConfig | Readonly<Record<string, unknown>> = {},
  result: 'model is' | 'figures are' = 'model is',
): string {
  const facts = [
    ['version', fewbit],
    ['engine', engine],
    ...(fingerprint === undefined ? [] : [['samples', fingerprint]]),
    ...Object.entries(training).map(([name, value]) => [kebab(name), words(value)]),
  ];
  const options = fingerprint === undefined ? 'options' : 'all options, defaults too';
  return (
    `<pre>${escapeText(command)}</pre><p class="note">With the same data, version and engine the ${result} the same, byte for byte, unless a limit of time or an interrupt cut in.</p>` +
    `<details><summary>Version, seed and ${options}</summary>${dataTable('What decided the result', [{ title: 'what' }, { title: 'value' }], facts)}</details>`
  );
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function words(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
