// Functions of every kind, and variables that they capture.
type Listener = (payload: { id: number }) => void;

const listeners: Listener[] = [];
let delivered = 0;

export function subscribe(listener: Listener): () => void {
  listeners.push(listener);
  return () => {
    listeners.splice(listeners.indexOf(listener), 1);
  };
}

export const publish = async (id: number): Promise<number> => {
  for (const listener of listeners) listener({ id });
  await Promise.resolve();
  return (delivered += 1);
};

export function* count(from: number): Generator<number> {
  let current = from;
  for (;;) yield current++;
}

export const tools = {
  double(value: number) {
    return value * 2;
  },
  half: function (value: number) {
    return value / 2;
  },
  third: (value: number) => value / 3,
  ['comp' + 'uted'](value: number) {
    return value + delivered;
  },
  get total() {
    return delivered;
  },
};

export function once<T>(make: () => T): () => T {
  let known: T | undefined;
  return function remembered() {
    known ??= make();
    return known;
  };
}
