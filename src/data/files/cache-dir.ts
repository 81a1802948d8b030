import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where fetched data sets live: `$XDG_CACHE_HOME/fewbit`, else `~/.cache/fewbit`; on Windows `%LOCALAPPDATA%\fewbit`.
 * Relative values are ignored, as the XDG base directory specification asks.
 */
export function cacheDirectory(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const named = platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  if (named !== undefined && isAbsolute(named)) return join(named, 'fewbit');
  return platform === 'win32' ? join(home, 'AppData', 'Local', 'fewbit') : join(home, '.cache', 'fewbit');
}
