import type { Store } from './store.js';

/** What is used of a pool of the package `pg`. */
export interface PostgresPool {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

/** The schema of our table; the queue proper has one of its own. */
const SCHEMA = 'fewbit';
export const QUEUE_SCHEMA = 'fewbit_queue';
const TABLE = `${SCHEMA}.item`;
/** "fewb": who makes the table holds it. */
const LOCK = 0x66657762;

const member = (name: string): string => `member:${name}`;
const LATER = `now() + $3 * interval '1 second'`;

/** The store in a table of PostgreSQL. A query that finds no connection fails; who calls tries again (`Link.patiently`). */
export class PostgresStore implements Store {
  private constructor(private readonly pool: PostgresPool) {}

  /** Makes the table where it is not there, and removes what is over. */
  static async open(pool: PostgresPool): Promise<PostgresStore> {
    await pool.query(`
      DO $$ BEGIN
        PERFORM pg_advisory_xact_lock(${LOCK});
        IF to_regclass('${TABLE}') IS NULL THEN
          CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
          CREATE TABLE ${TABLE} (name text PRIMARY KEY, bytes bytea NOT NULL, until timestamptz NOT NULL);
          CREATE INDEX item_until ON ${TABLE} (until);
        END IF;
      END $$`);
    await pool.query(`DELETE FROM ${TABLE} WHERE until < now()`);
    return new PostgresStore(pool);
  }

  async get(names: readonly string[]): Promise<(Buffer | null)[]> {
    if (names.length === 0) return [];
    const { rows } = await this.pool.query(
      `SELECT name, bytes FROM ${TABLE} WHERE name = ANY($1) AND until > now()`,
      [names],
    );
    const found = new Map(rows.map(({ name, bytes }) => [name as string, bytes as Buffer]));
    return names.map((name) => found.get(name) ?? null);
  }

  async put(name: string, bytes: Uint8Array, seconds: number): Promise<void> {
    await this.pool.query(
      `INSERT INTO ${TABLE} VALUES ($1, $2, ${LATER})
       ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes, until = excluded.until`,
      [name, Buffer.from(bytes), seconds],
    );
  }

  async putOnce(name: string, bytes: Uint8Array, seconds: number): Promise<Buffer | null> {
    for (;;) {
      // What is over counts as not there.
      const { rows } = await this.pool.query(
        `INSERT INTO ${TABLE} AS old VALUES ($1, $2, ${LATER})
         ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes, until = excluded.until WHERE old.until <= now()
         RETURNING name`,
        [name, Buffer.from(bytes), seconds],
      );
      if (rows.length > 0) return null;
      const [there] = await this.get([name]);
      if (there !== null) return there;
    }
  }

  async touch(names: readonly string[], seconds: number): Promise<boolean[]> {
    const { rows } = await this.pool.query(
      `UPDATE ${TABLE} SET until = now() + $2 * interval '1 second' WHERE name = ANY($1) AND until > now() RETURNING name`,
      [names, seconds],
    );
    const found = new Set(rows.map(({ name }) => name));
    return names.map((name) => found.has(name));
  }

  async remove(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.pool.query(`DELETE FROM ${TABLE} WHERE name = ANY($1)`, [names]);
  }

  join(name: string, bytes: Uint8Array, seconds: number): Promise<void> {
    return this.put(member(name), bytes, seconds);
  }

  leave(name: string): Promise<void> {
    return this.remove([member(name)]);
  }

  async members(): Promise<Buffer[]> {
    const { rows } = await this.pool.query(
      `SELECT bytes FROM ${TABLE} WHERE name LIKE 'member:%' AND until > now()`,
    );
    return rows.map(({ bytes }) => bytes as Buffer);
  }
}
