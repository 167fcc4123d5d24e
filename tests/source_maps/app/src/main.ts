// Keeps one of everything, and then writes a heap snapshot to the path in the first argument.
import v8 = require('node:v8');
import { Anonymous, Plain, SessionCache } from './cache';
import { count, once, publish, subscribe, tools } from './events';

const leaks: object[] = [];
const kept = new Map<string, unknown>();

function handler(id: number): void {
  const shared = { memory: 'leaked', emoji: '😀 ä', id };
  for (let i = 0; i < 100; i++) leaks.push(shared);
}

const cache = SessionCache.withLimit(7);
cache.set(1, { id: 1, text: 'first entry' });
const keep = (name: string, value: unknown) => kept.set(name, value);

keep('cache', cache);
keep('anonymous', new Anonymous('value'));
keep('plain', new Plain());
keep('numbers', count(3));
keep('drain', cache.drain());
keep('tools', tools);
keep('remembered', once(() => ({ answer: 42 })));
keep('unsubscribe', subscribe((payload) => handler(payload.id)));
keep('listener', (event: string) => `${event} of ${kept.size}`);
keep('nested', (() => {
  const outer = { deep: true };
  return function inner(this: unknown, ...rest: unknown[]) {
    return [outer, rest, () => outer];
  };
})());
(kept.get('numbers') as Generator<number>).next();
(globalThis as Record<string, unknown>).kept = kept;

publish(1).then(() => {
  console.log(cache.describe({ id: 2, text: 'text' }), leaks.length);
  v8.writeHeapSnapshot(process.argv[2]);
});
