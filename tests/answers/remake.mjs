#!/usr/bin/env node
// Chrome's answers as lines of text. README.md says what the lines mean.
//
//   CHROME_ENGINE=PROGRAM node remake.mjs                      remakes every file of this folder
//   CHROME_ENGINE=PROGRAM node remake.mjs all FILE [BASELINE]  prints the answers for one file, node by node
//   CHROME_ENGINE=PROGRAM node remake.mjs some FILE [BASELINE] the same with the edges of few nodes only
//
// PROGRAM is a harness that runs the heap engine of chrome-devtools-frontend under Node and prints its
// answers; README.md lists what it has to understand. Random snapshots come from gen_random.mjs beside it.
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SAMPLES = path.join(HERE, '..', '..', 'sample-snapshots');
const BLOCK = 256;
const MANY = '100000000';
const SEARCHED = ['o', '<'];
const IGNORED = [5, 7, 9, 11, 2012];

// Name, file, and the file before it.
const SAMPLE_FILES = [
  ['tiny', 'tiny.heapsnapshot'],
  ['start', 'heapDumpAtServerStart.heapsnapshot'],
  ['after', 'heapDump-after.heapsnapshot', 'heapDumpAtServerStart.heapsnapshot'],
  ['after-fixed', 'heapDump-after-fixed.heapsnapshot', 'heapDumpAtServerStart.heapsnapshot'],
  ['constructors', 'constructors.heapsnapshot'],
  ['leaks-start', 'leaks-by-kind-start.heapsnapshot'],
  ['leaks-after', 'leaks-by-kind-after.heapsnapshot', 'leaks-by-kind-start.heapsnapshot'],
  ['detached-dom', 'detached-dom.heapsnapshot'],
  ['allocation', 'allocation.heaptimeline'],
];

// Random pairs that reach what real heaps rarely have.
const SEEDS = [
  1,    // a handful of nodes
  14,   // no detachedness field, types numbered backwards, shapes
  36,   // every filter finds something, call stacks, no detachedness field
  43,   // two classes of one key, no user roots, call stacks
  52,   // the root stands last
  68,   // the root stands last, WeakMap entries, descriptors
  110,  // fields in another order, one more field, bytes without nodes
  115,  // many shapes, native contexts, no user roots
  134,  // types numbered backwards, no locations
  164,  // every filter finds something, fields in another order
  189,  // fields in another order, no user roots, the root stands last
  208,  // no detachedness field, no locations
  261,  // no user roots, the root stands last, bytes without nodes
];

const text = value => JSON.stringify(value.toWellFormed());

/** FNV-1a over the lines, each with its end. */
function checksum(lines) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(lines.map(line => line + '\n').join(''))) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

// How much is said of nodes: how many have their edges listed, how long a list may be.
const DETAIL = {
  all: {objects: MANY, edges: MANY, instances: MANY},
  some: {objects: '1000', edges: '100', instances: '200'},
  checksums: {objects: '0', edges: '0', instances: '0'},
};

/** Asks about `file`, and about `baseline` what is needed to compare. */
function ask(file, baseline, detail) {
  const asked = run(file, baseline, detail);
  return linesOf(baseline ? {...asked, before: run(baseline, undefined, 'checksums').answers} : asked, detail);
}

/** Runs the harness. Gives its JSON and the rows of its table of nodes. */
function run(file, baseline, detail) {
  const {objects, edges, instances} = DETAIL[detail];
  const program = process.env.CHROME_ENGINE;
  if (!program) throw new Error('CHROME_ENGINE does not say which program to ask; see README.md');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'answers-'));
  try {
    const [out, nodes] = [path.join(folder, 'answers.json'), path.join(folder, 'nodes.tsv')];
    const options = ['--out', out, '--nodes', nodes, '--name-max', MANY, '--diff-ids', '0'];
    if (baseline) options.push('--baseline', baseline);
    options.push('--top', objects, '--edges', edges, '--instances', instances, '--ignore', IGNORED.join());
    for (const query of SEARCHED) options.push('--search', query);
    const ran = spawnSync(process.execPath, ['--max-old-space-size=12000', program, file, ...options], {encoding: 'utf8'});
    if (!fs.existsSync(out)) throw new Error(ran.stderr);
    const answers = JSON.parse(fs.readFileSync(out, 'utf8'));
    const rows = answers.error ? [] : fs.readFileSync(nodes, 'utf8').trimEnd().split('\n').slice(1);
    return {answers, rows: rows.map(row => row.split('\t'))};
  } finally {
    fs.rmSync(folder, {recursive: true});
  }
}

/** The answers as lines. */
function linesOf({answers, before, rows}, detail) {
  if (answers.error) return [`refused\t${text(answers.error)}`];
  const {native, v8heap, total} = answers.statistics;
  const merged = answers.class_key_collisions.map(collision => collision.key);
  const mergedBefore = (before?.class_key_collisions ?? []).map(collision => collision.key);
  const {meta} = answers.snapshot;
  const [nodeFields, edgeFields] = [meta.node_fields.length, meta.edge_fields.length];
  const lines = [
    `total\t${answers.snapshot.total_size}`,
    `largest id\t${answers.snapshot.max_js_object_id}`,
    ['statistics', total, native.total, native.typedArrays, v8heap.total, v8heap.code, v8heap.jsArrays,
     v8heap.strings, v8heap.system].join('\t'),
    ...merged.map(key => `merged\t${text(key)}`),
    ...mergedBefore.map(key => `merged before\t${text(key)}`),
  ];
  const addRows = (tag, rows) => {
    for (const row of rows.filter(row => !merged.includes(row.key))) {
      lines.push([...tag, text(row.key), row.distance, row.count, row.self, row.retained].join('\t'));
    }
  };
  addRows(['class'], answers.summary.rows);
  for (const [name, {rows}] of Object.entries(answers.filters)) {
    const context = /^nativeContext_(.*)/.exec(name);
    addRows(['filter', context ? `context ${context[1] / nodeFields}` : name], rows);
  }
  addRows(['filter', 'before'], answers.allocated?.before_baseline.rows ?? []);
  addRows(['filter', 'since'], answers.allocated?.between.rows ?? []);
  const {nativeContexts, sharedSize, noAttributionSize} = answers.native_contexts;
  for (const context of nativeContexts.toSorted((a, b) => b.attributedSize - a.attributedSize)) {
    lines.push(`context\t${context.nodeId}\t${context.attributedSize}`);
  }
  lines.push(`context\tshared\t${sharedSize}`, `context\tnone\t${noAttributionSize}`);
  for (const {name, count} of answers.interface_definitions) lines.push(`shape\t${text(name)}\t${count}`);
  for (const {query, found, ids} of answers.search) lines.push(['search', text(query), found, ...ids].join('\t'));
  for (const sample of answers.samples?.rows ?? []) {
    lines.push(['sample', Math.round(sample.timestamp_ms * 1000), sample.last_assigned_id, sample.live_size].join('\t'));
  }
  for (const row of answers.allocation?.rows ?? []) {
    lines.push(['allocation', text(row.name), text(row.scriptName), row.scriptId, row.line, row.column, row.count, row.size,
                row.liveCount, row.liveSize].join('\t'));
  }
  for (const row of (answers.comparison?.rows ?? []).toSorted((a, b) => a.key < b.key ? -1 : 1)) {
    if (merged.includes(row.key) || mergedBefore.includes(row.key)) continue;
    lines.push(['comparison', text(row.key), text(row.name), row.added_count, row.removed_count, row.added_size,
                row.removed_size].join('\t'));
  }
  const nodes = rows.map(([id, type, self, retained, distance, detachedness, dominator, , context, name, display]) =>
    [id, type, self, retained, distance, detachedness, dominator, context, text(JSON.parse(name)),
     text(JSON.parse(display))].join('\t'));
  if (detail !== 'checksums') {
    const limit = DETAIL[detail];
    const isWhole = row => row.count <= limit.instances && !merged.includes(row.key);
    for (const {key, instances} of answers.summary.rows.filter(isWhole)) {
      lines.push(['instances', text(key), ...instances].join('\t'));
    }
    const inFileOrder = answers.objects.map((object, at) => ({...object, ignoring: answers.ignoring.objects[at].retainers}));
    for (const object of inFileOrder.sort((a, b) => a.node_index - b.node_index)) {
      if (Math.max(object.children.total, object.retainers.total) > limit.edges) continue;
      const at = object.node_index / nodeFields;
      const edges = list => list.rows.map(row => row.edge / edgeFields);
      lines.push(['children', at, ...edges(object.children)].join('\t'));
      lines.push(['retainers', at, ...edges(object.retainers)].join('\t'));
      lines.push(['ignoring', at, ...object.ignoring.rows.map(row => `${row.edge / edgeFields}:${row.distance}`)].join('\t'));
    }
    for (const node of nodes) lines.push(`node\t${node}`);
  } else {
    for (let at = 0; at < nodes.length; at += BLOCK) {
      lines.push(`nodes\t${at}\t${checksum(nodes.slice(at, at + BLOCK))}`);
    }
  }
  return lines;
}

function write(name, lines) {
  fs.writeFileSync(path.join(HERE, name), lines.join('\n') + '\n');
  console.log(`${name}: ${lines.length} lines`);
}

function remakeAll() {
  for (const [name, file, baseline] of SAMPLE_FILES) {
    const place = file => file && path.join(SAMPLES, file);
    write(`${name}.tsv`, ask(place(file), place(baseline), name === 'tiny' ? 'all' : 'checksums'));
  }
  const generator = path.join(path.dirname(process.env.CHROME_ENGINE), 'gen_random.mjs');
  for (const seed of SEEDS) {
    spawnSync(process.execPath, [generator, HERE, String(seed), '1'], {stdio: 'inherit'});
    const part = part => path.join(HERE, `r${seed}-${part}.heapsnapshot`);
    write(`r${seed}-a.tsv`, ask(part('a'), part('b'), 'all'));
  }
}

const [detail, file, baseline] = process.argv.slice(2);
if (file) fs.writeFileSync(1, ask(file, baseline, detail).join('\n') + '\n');
else remakeAll();
