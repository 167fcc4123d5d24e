'use strict';
// Twenty-five leaks of one program for fingerprints.mjs: `node leaks.js NUMBER BASELINE CURRENT` makes one of them.
const v8 = require('node:v8');
const EventEmitter = require('node:events');

class Item {
  constructor(number) {
    this.number = number;
    this.data = new Array(30).fill(number);
  }
}

class Cache {
  constructor() {
    this.entries = new Map();
    this.order = [];
  }
}

class Registry {
  static all = [];
  static byId = new Map();
}

const [list, history, chunks, texts] = [[], [], [], []];
const [map, pending, byUser] = [new Map(), new Map(), new Map()];
const set = new Set();
const dictionary = {};
const [cache, otherCache] = [new Cache(), new Cache()];
const [bus, otherBus] = [new EventEmitter(), new EventEmitter()];
const nested = { first: { items: [] }, second: { items: [] } };
const store = Symbol('store');
const holder = { [store]: [] };
const never = new Promise(() => {});
let head = null;
let chain = () => 0;
globalThis.seen = [];
globalThis.index = new Map();
bus.setMaxListeners(0);
otherBus.setMaxListeners(0);

const leaks = [
  at => list.push(new Item(at)),
  at => map.set(at, new Item(at)),
  at => set.add(new Item(at)),
  at => { dictionary[`key${at}`] = new Item(at); },
  at => { const item = new Item(at); pending.set(`request${at}`, () => item); },
  at => history.push({ at, item: new Item(at) }),
  at => cache.entries.set(at, new Item(at)),
  at => cache.order.push(new Item(at)),
  at => otherCache.entries.set(at, new Item(at)),
  at => Registry.all.push(new Item(at)),
  at => Registry.byId.set(at, new Item(at)),
  at => { const item = new Item(at); bus.on('data', () => item); },
  at => { const item = new Item(at); otherBus.on('end', () => item); },
  at => nested.first.items.push(new Item(at)),
  at => nested.second.items.push(new Item(at)),
  at => globalThis.seen.push(new Item(at)),
  at => globalThis.index.set(at, new Item(at)),
  at => { head = { next: head, item: new Item(at) }; },
  at => { const item = new Item(at); never.then(() => item); },
  at => { const item = new Item(at); setInterval(() => item, 1e9).unref(); },
  at => holder[store].push(new Item(at)),
  at => { const item = new Item(at); const before = chain; chain = () => [before, item]; },
  () => chunks.push(Buffer.alloc(300)),
  at => texts.push('text '.repeat(40) + at),
  at => byUser.set(`user${at}`, [new Item(at)]),
];

const [number, baseline, current] = process.argv.slice(2);
for (let at = 0; at < 30; at++) leaks[number](at);
v8.writeHeapSnapshot(baseline);
for (let at = 30; at < 1030; at++) leaks[number](at);
v8.writeHeapSnapshot(current);
process.exit(0);
