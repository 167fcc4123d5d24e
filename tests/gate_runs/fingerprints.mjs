// Fingerprints of leaks through `heaplens gate`: one for each of twenty-five leaks of a program, and one for a leak in
// rebuilds of its source: reordered, wrapped, minified with a source map, with other ids, in other folders and files,
// on other versions of Node.
//
//   node tests/gate_runs/fingerprints.mjs target/release/heaplens [--esbuild PATH] [OTHER_NODE…]
//
// Needs Node 20 or newer, and esbuild for the minified builds (`npm install esbuild`, then the path of its program).
// Ends with 1 if two leaks share a fingerprint, or a rebuild has another.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [heaplens, ...rest] = process.argv.slice(2);
const esbuild = rest[0] === '--esbuild' ? rest.splice(0, 2)[1] : undefined;
const otherNodes = rest;
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fingerprints-'));
const [budget, baseline, current] = ['heaplens.toml', 'a.heapsnapshot', 'b.heapsnapshot'].map(name => path.join(folder, name));
fs.writeFileSync(budget, '[limits]\nnew_suspects = 0\n');

// The suspects of a program that writes two snapshots.
function suspects(node, ...args) {
  const ran = spawnSync(node, [...args, baseline, current], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
  const gate = spawnSync(heaplens, ['gate', baseline, current, '--budget', budget, '--json', '--quiet'], { encoding: 'utf8' });
  if (gate.status !== 0 && gate.status !== 1) throw new Error(gate.stderr);
  return JSON.parse(gate.stdout).suspects.new;
}

const LEAKS = 25;
const found = new Map();
for (let number = 0; number < LEAKS; number++) {
  const [first] = suspects(process.execPath, path.join(here, 'leaks.js'), String(number));
  if (first) found.set(first.fingerprint, first.who);
  console.log(`leak ${number}: ${first ? `${first.fingerprint} ${first.who}` : 'not found'}`);
}
console.log(`${LEAKS} leaks have ${found.size} fingerprints`);

const PARTS = {
  head: `const v8 = require('node:v8');\n`,
  store: `class SessionStore {
  constructor() { this.byToken = new Map(); }
  add(token) { this.byToken.set(token, { token, cart: new Array(40).fill(token) }); }
}
const store = new SessionStore();\n`,
  cache: `const cache = new Map();\nfunction cached(key) { if (cache.size > 10) cache.clear(); cache.set(key, { key }); }\n`,
  handler: `function handle(number) { cached('key' + number % 20); store.add('token' + number); }\n`,
  more: `const texts = { en: { a: 1 } };\nconst junk = Array.from({ length: 5000 }, (_, at) => ({ at }));
function translate(key) { return texts.en[key] + junk.length; }\n`,
  run: `const [baseline, current] = process.argv.slice(2);
for (let at = 0; at < 50; at++) handle(at);
v8.writeHeapSnapshot(baseline);
for (let at = 50; at < 1550; at++) handle(at);
v8.writeHeapSnapshot(current);\n`,
};
const text = (...names) => names.map(name => PARTS[name]).join('');
const plain = text('head', 'store', 'cache', 'handler', 'run');
const builds = [
  ['as it is', 'app/server.js', plain],
  ['reordered', 'elsewhere/dist/server.js', text('head', 'cache', 'handler', 'store', 'run')],
  ['more code before it', 'app/server.js', text('head', 'more', 'cache', 'store', 'handler', 'run')],
  ['within a function', 'app/server.js', `(function () {\n'use strict';\n${plain}\n})();`],
  ['a hash in the name', 'dist/server.3f2a9c1b.js', plain],
];
const rebuilt = new Set();
let count = 0;
function build(what, node, file, source) {
  const script = path.join(folder, file);
  fs.mkdirSync(path.dirname(script), { recursive: true });
  fs.writeFileSync(script, source);
  const [first] = suspects(node, script);
  rebuilt.add(first?.fingerprint);
  count += 1;
  console.log(`${what}: ${first ? `${first.fingerprint} ${first.who}` : 'not found'}`);
}
for (const [what, file, source] of builds) build(what, process.execPath, file, source);
// Names become letters; the map leads back to the source, which lies beside the bundle or only in the map.
function minified(what, file, reordered) {
  const source = path.join(folder, 'source', 'server.js');
  const bundle = path.join(folder, file);
  fs.mkdirSync(path.dirname(source), { recursive: true });
  fs.writeFileSync(source, reordered);
  const args = [source, `--outfile=${bundle}`, '--bundle', '--minify', '--platform=node', '--sourcemap'];
  const ran = spawnSync(esbuild, args, { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`esbuild: ${ran.stderr}`);
  build(what, process.execPath, file, fs.readFileSync(bundle, 'utf8'));
}
if (esbuild) {
  minified('minified', 'bundle/server.js', plain);
  minified('minified, reordered', 'bundle/app.min.77aa01fe.js', text('head', 'more', 'cache', 'handler', 'store', 'run'));
}
for (const node of otherNodes) build(node, node, 'app/server.js', plain);
console.log(`${count} builds have ${rebuilt.size} fingerprint`);
fs.rmSync(folder, { recursive: true });
process.exit(found.size === LEAKS && rebuilt.size === 1 && !rebuilt.has(undefined) ? 0 : 1);
