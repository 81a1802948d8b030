/** Node's names for a server that cannot be reached. */
const CODES = new Set([
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ],
  ...['ENETDOWN', 'EHOSTDOWN', 'ECONNABORTED', 'NR_CLOSED'],
]);
/** PostgreSQL's: connection exceptions, shutdowns and starts, too many connections, a disk that is full for the moment. */
const STATES = /^(08...|57P0[1235]|53[1234]00|40001|40P01)$/;
const TEXTS =
  /connection (is |was )?(closed|terminated|ended)|connection error|not queryable|timeout|timed out|^(LOADING|MASTERDOWN|READONLY|TRYAGAIN|CLUSTERDOWN)|starting up|shutting down|recovery mode|Stream isn't writeable/i;

/**
 * Whether an error says that the server is away for the moment, so that the same again may do. Everything else (a wrong password, a right
 * that is missing, a memory that is full) is said to whoever asked.
 */
export function isAway(error: unknown): boolean {
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.some(isAway);
  if (typeof code === 'string' && (CODES.has(code) || STATES.test(code))) return true;
  return typeof message === 'string' && TEXTS.test(message);
}

/** What an error says; Node's own for several addresses of a host says it in its parts. */
export function wordsOf(error: unknown): string {
  const { message, errors, code } = error as { message?: unknown; errors?: unknown; code?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  if (Array.isArray(errors) && errors.length > 0) return wordsOf(errors[0]);
  return typeof code === 'string' ? code : String(error);
}
