import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EXIT_INTERRUPTED, interruptible, type SignalSource } from '../../src/run/interrupt.js';

/** A process that can be signalled without being killed. */
class StandIn extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('interruptible', () => {
  it.each(['SIGINT', 'SIGTERM'])('%s once aborts, twice ends the process with 130', (name) => {
    const source = new StandIn();
    let told = 0;
    const { signal } = interruptible(() => told++, source as SignalSource);
    expect(signal.aborted).toBe(false);
    source.emit(name);
    expect([signal.aborted, told, source.exits]).toEqual([true, 1, []]);
    source.emit(name);
    expect([told, source.exits]).toEqual([1, [EXIT_INTERRUPTED]]);
    expect(EXIT_INTERRUPTED).toBe(130);
  });

  it('cleans up before it ends the process', () => {
    const source = new StandIn();
    const order: string[] = [];
    source.exit = (code) => void order.push(`exit ${code}`);
    interruptible(
      () => order.push('first'),
      source as SignalSource,
      () => order.push('quit'),
    );
    source.emit('SIGINT');
    source.emit('SIGINT');
    expect(order).toEqual(['first', 'quit', 'exit 130']);
  });

  it('counts both signals together', () => {
    const source = new StandIn();
    interruptible(undefined, source as SignalSource);
    source.emit('SIGTERM');
    source.emit('SIGINT');
    expect(source.exits).toEqual([130]);
  });

  it('leaves no handler behind', () => {
    const source = new StandIn();
    const interrupt = interruptible(undefined, source as SignalSource);
    interrupt.dispose();
    source.emit('SIGINT');
    expect(interrupt.signal.aborted).toBe(false);
    expect(source.eventNames()).toEqual([]);
  });
});
