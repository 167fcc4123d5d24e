// Classes of every kind: with and without a constructor, inherited, anonymous, with private fields.
export interface Entry {
  id: number;
  text: string;
}

export abstract class Store<T> {
  protected entries: Map<number, T> = new Map();
  readonly created: number = 1;

  abstract describe(entry: T): string;

  get size(): number {
    return this.entries.size;
  }

  set(id: number, entry: T): void {
    this.entries.set(id, entry);
  }
}

export class SessionCache extends Store<Entry> {
  #hits = 0;
  private readonly onExpire = (entry: Entry): string => `${entry.id} expired after ${this.#hits}`;

  constructor(private readonly limit: number, readonly label = 'sessions') {
    super();
  }

  describe(entry: Entry): string {
    this.#hits += 1;
    return this.#short(entry) + this.limit + this.onExpire(entry);
  }

  #short(entry: Entry): string {
    return entry.text.slice(0, 3);
  }

  static withLimit(limit: number): SessionCache {
    return new SessionCache(limit);
  }

  async *drain(): AsyncGenerator<Entry> {
    for (const entry of this.entries.values()) yield entry;
  }
}

export const Anonymous = class {
  made: string;
  constructor(value: string) {
    this.made = value;
  }
};

export class Plain {
  list: number[] = [];
  grow = () => this.list.push(this.list.length);
}
