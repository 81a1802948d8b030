import type { Command } from 'commander';
import { InputError } from '../errors.js';

/*
 * Options whose values stand somewhere else than on the command line, in a grid or in a file, written as there: one option and one text
 * at a time, read by the option's own parser. A switch is `on` or `off`.
 */

/** The name in the library of an option of a command, by its name on the command line without dashes; `undefined`: it has none such. */
export function attributeOf(command: Command, option: string): string | undefined {
  return command.options.find(({ long }) => long === `--${option}`)?.attributeName();
}

/** What the command would have of `--option text`, by names in the library. @throws InputError: `option=text: why` */
export function readOption(
  command: Command,
  option: string,
  text: string,
): Readonly<Record<string, unknown>> {
  const found = command.options.find(({ long }) => long === `--${option}`);
  const name = found?.attributeName();
  if (found === undefined || name === undefined) throw new InputError(`${option}: no such option`);
  if (!found.required && (text === 'on' || (text === 'off' && !found.optional))) {
    return { [name]: (text === 'on') !== found.negate };
  }
  if (!found.required && !found.optional) throw new InputError(`${option}: expected on or off`);
  try {
    return { [name]: found.parseArg?.(text, undefined as never) ?? text };
  } catch (error) {
    throw new InputError(`${option}=${text}: ${(error as Error).message}`);
  }
}
