'use strict';
// One of every kind of thing a constructor's row can stand for. Everything hangs on the global `zoo`,
// under a name that says what it is, so each can be found by its path.
const v8 = require('node:v8');
const { EventEmitter } = require('node:events');

const zoo = globalThis.zoo = {};
const keep = globalThis.keep = [];            // things that must live, yet only weakly from `zoo`
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const never = new Promise(() => {});

// Classes.
class Animal {
  #heartbeats = 0;
  static kingdom = 'Animalia';
  constructor(name) { this.name = name; }
  get age() { return this.#heartbeats / 1e6; }
  live() { this.#heartbeats++; }
}
class Dog extends Animal {
  constructor(name, master) { super(name); this.master = master; }
}
function OldStyle(n) { this.n = n; }
zoo.instances = times(20, i => new Animal(`animal ${i}`));
zoo.subclassInstances = times(10, i => new Dog(`dog ${i}`, zoo.instances[i]));
zoo.oldStyleInstances = times(10, i => new OldStyle(i));
zoo.anonymousClass = new (class { constructor() { this.nameless = true; } })();
// Two classes that share a name are two rows.
const factoryA = () => { class Twin { constructor() { this.side = 'left'; } } return new Twin(); };
const factoryB = () => { class Twin { constructor() { this.side = 'right'; this.extra = [1, 2, 3]; } } return new Twin(); };
zoo.twins = [factoryA(), factoryA(), factoryB()];

// Plain objects.
zoo.literals = times(10, i => ({ kind: 'literal', i }));
zoo.withoutPrototype = Object.assign(Object.create(null), { mother: null });
zoo.dictionary = Object.fromEntries(times(2000, i => [`word${i}`, i]));
delete zoo.dictionary.word7;
zoo.frozen = Object.freeze({ fixed: true });
zoo.accessors = { get celsius() { return this.kelvin - 273.15; }, set celsius(c) { this.kelvin = c + 273.15; }, kelvin: 300.5 };
zoo.circle = { name: 'self' };
zoo.circle.self = zoo.circle;
zoo.argumentsObject = (function () { return arguments; })('first', 2, { third: 3 });

// A long chain: each link is one step farther from the root than the one before.
class Link { constructor(next) { this.next = next; } }
zoo.chain = times(1000, i => i).reduce(next => new Link(next), null);

// Arrays.
zoo.arrayOfSmallIntegers = times(1000, i => i);
zoo.arrayOfDoubles = times(1000, i => i + 0.5);
zoo.arrayOfObjects = times(1000, i => ({ i }));
zoo.arrayWithHoles = [, 'one', , 'three'];
zoo.sparseArray = [];
zoo.sparseArray[5_000_000] = 'far out';

// Functions, closures and the variables they hold.
zoo.plainFunction = function plainFunction(a, b) { return a + b; };
zoo.arrowFunction = x => x * 2;
zoo.boundFunction = zoo.plainFunction.bind({ bound: 'this' }, 1);
zoo.closures = times(20, i => {
  const captured = { heldByClosure: i, ballast: new Array(100).fill(i) };
  return function closure() { return captured; };
});
zoo.counter = (() => { let count = 0; return { up: () => ++count, down: () => --count }; })();
zoo.generatorFunction = function* generatorFunction() { const local = { inside: 'a paused generator' }; yield local; yield never; };
zoo.generators = times(5, () => { const g = zoo.generatorFunction(); g.next(); return g; });
zoo.asyncFunction = async function asyncFunction(i) { const local = { awaitedBy: i }; await never; return local; };
zoo.asyncFunctionsWaiting = times(5, i => zoo.asyncFunction(i));
zoo.asyncGenerator = (async function* asyncGenerator() { yield 1; })();

// Promises.
zoo.promises = {
  pending: new Promise(() => {}),
  fulfilled: Promise.resolve({ the: 'value' }),
  rejected: Promise.reject(new Error('rejected on purpose')),
  all: Promise.all([1, never]),
};
zoo.promises.rejected.catch(() => {});

// Collections, strong and weak.
zoo.map = new Map(times(500, i => [`key ${i}`, { value: i }]));
zoo.mapWithObjectKeys = new Map(zoo.literals.map(o => [o, `about literal ${o.i}`]));
zoo.set = new Set(times(500, i => `member ${i}`));
keep.push(...times(100, i => ({ weaklyKnown: i })));
zoo.weakMap = new WeakMap(keep.slice(0, 50).map((o, i) => [o, { onlyWhileKeyLives: i }]));
zoo.weakSet = new WeakSet(keep.slice(50, 80));
zoo.weakRefs = keep.slice(80).map(o => new WeakRef(o));
zoo.weakRefToNothingElse = new WeakRef({ gone: 'after the next collection' });
zoo.finalizationRegistry = new FinalizationRegistry(() => {});
zoo.finalizationRegistry.register(keep[0], 'token');
zoo.mapIterator = zoo.map.entries();
zoo.setIterator = zoo.set.values();
zoo.arrayIterator = zoo.arrayOfObjects[Symbol.iterator]();

// Bytes.
zoo.buffers = times(10, i => Buffer.alloc(8192, i));
zoo.pooledBuffers = times(10, i => Buffer.from(`a small buffer shares a pool, number ${i}`));
zoo.arrayBuffer = new ArrayBuffer(65536);
zoo.resizableArrayBuffer = new ArrayBuffer(1024, { maxByteLength: 65536 });
zoo.sharedArrayBuffer = new SharedArrayBuffer(4096);
zoo.dataView = new DataView(zoo.arrayBuffer, 16, 64);
zoo.typedArrays = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array].map(Type => new Type(1024));
zoo.twoViewsOfOneBuffer = [new Uint8Array(zoo.arrayBuffer), new Float64Array(zoo.arrayBuffer)];
zoo.wasmMemory = new WebAssembly.Memory({ initial: 1 });
zoo.wasmTable = new WebAssembly.Table({ initial: 4, element: 'anyfunc' });

// Strings. V8 joins and cuts long ones without copying.
const paragraph = Buffer.from('Heaps grow, programs slow, and nobody knows who holds the cow. '.repeat(20)).toString();
zoo.strings = {
  plain: paragraph,
  concatenated: paragraph + String(Math.PI) + paragraph,
  builtPieceByPiece: '',
  sliced: paragraph.slice(10, 500),
  twoByte: 'žluťoučký kůň úpěl ďábelské ódy '.repeat(4),
  emoji: '🐄🐄🐄 three cows and a 🦀',
  loneSurrogate: 'half of a cow: \ud83d',
  escapes: 'tab\t, newline\n, quote ", backslash \\, null \0, bell \u0007',
  empty: '',
  longerThanV8Writes: Buffer.alloc(5000, 'long ').toString(),
  html: '<b>not bold & not "safe"</b>',
};
for (let i = 0; i < 200; i++) zoo.strings.builtPieceByPiece += `piece ${i}, joined; `;
zoo.duplicateStrings = times(100, i => Buffer.from(`the same text stored many times, variant ${i % 4}`).toString());

// Numbers: whole ones up to 31 bits stand in the field itself, others are heap objects.
zoo.numbers = { smallInteger: 42, big: 2 ** 40, fraction: 0.1, negativeZero: -0, notANumber: NaN, infinite: Infinity };
zoo.bigints = [0n, 1n, 2n ** 64n, -(3n ** 300n)];
zoo.symbols = [Symbol('described'), Symbol(), Symbol.for('registered')];
zoo[Symbol('symbol as a key')] = { under: 'a symbol key' };
zoo.oddballs = [undefined, null, true, false];
zoo.boxed = [new Number(1.5), new String('boxed'), new Boolean(true), Object(Symbol('boxed')), Object(7n)];

// Built-in objects.
zoo.regexps = [/^heap(lens)?$/gi, /(?<year>\d{4})-(?<month>\d\d)/u, new RegExp('made at run time')];
zoo.regexps[1].exec('2024-05');
zoo.dates = times(10, i => new Date(Date.UTC(2024, 0, i + 1)));
zoo.errors = [new Error('plain'), new TypeError('wrong type', { cause: new RangeError('the cause') }), new AggregateError([new Error('one of many')])];
class OutOfHay extends Error { constructor(stall) { super(`no hay in stall ${stall}`); this.stall = stall; } }
zoo.ownErrors = times(3, i => new OutOfHay(i));
zoo.proxy = new Proxy({ target: 'behind the proxy' }, { get: (target, key) => target[key] });
zoo.intl = { number: new Intl.NumberFormat('en'), collator: new Intl.Collator('en') };
zoo.url = new URL('https://barn.example/cows?name=Bella#stall');
zoo.textEncoder = new TextEncoder();

// Things of the event loop.
const tick = () => {};
zoo.timeout = setTimeout(tick, 1e6);
zoo.interval = setInterval(tick, 1e6, { argument: 'of the interval' });
zoo.emitter = new EventEmitter();
for (let i = 0; i < 5; i++) zoo.emitter.on('moo', function onMoo() { return i; });
zoo.abortController = new AbortController();
zoo.abortController.signal.addEventListener('abort', function onAbort() {});
zoo.channel = new MessageChannel();

// A little later, since what a WeakRef points at lives at least until the end of the current turn.
setTimeout(() => {
  zoo.immediate = setImmediate(tick);
  // With exposeNumericValues each number is a node that knows its value.
  v8.writeHeapSnapshot('constructors.heapsnapshot', { exposeNumericValues: true });
  process.exit();
}, 20);
