// Ten runs of a server that does not leak and ten of one that does, each through `heaplens gate`; then by how much the
// containers of the runs that do not leak differ: the noise band of src/verify/noise.rs.
//
//   node tests/gate_runs/run.mjs target/release/heaplens [RUNS]
//
// Needs Node 20 or newer. Ends with 1 if a run was judged wrongly or a container differs by more than the band.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [heaplens, runs = '10'] = process.argv.slice(2);
const server = path.join(path.dirname(fileURLToPath(import.meta.url)), 'server.js');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gate-runs-'));
const budget = path.join(folder, 'heaplens.toml');
fs.writeFileSync(budget, '[growth]\ncontainer = "50kB"\n[limits]\nnew_suspects = 0\n');

function get(port, url) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: url, agent: false }, response => response.resume().on('end', resolve));
    request.on('error', reject);
  });
}

// Three snapshots of one process, with 300 requests before each of the later two.
async function snapshots(kind, run) {
  const child = spawn(process.execPath, [server, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.on('exit', resolve));
  const port = Number(await new Promise(resolve => child.stdout.once('data', resolve)));
  const files = [];
  for (const [name, requests] of [['a', 20 + (run % 7)], ['b', 300], ['c', 300]]) {
    for (let at = 0; at < requests; at++) await get(port, '/work');
    const file = path.join(folder, `${kind}-${run}-${name}.heapsnapshot`);
    await get(port, `/snapshot?file=${encodeURIComponent(file)}`);
    files.push(file);
  }
  await get(port, '/quit').catch(() => {});
  await ended;
  return files;
}

function run(...args) {
  const done = spawnSync(heaplens, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0 && done.status !== 1) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return { status: done.status, answer: JSON.parse(done.stdout) };
}

const judged = { fixed: [], leaking: [] };
const last = [];
for (const kind of ['fixed', 'leaking']) {
  for (let at = 0; at < Number(runs); at++) {
    const files = await snapshots(kind, at);
    const { status, answer } = run('gate', ...files, '--budget', budget, '--json', '--quiet');
    judged[kind].push(status);
    if (kind === 'leaking') console.log(`leaking ${at}: ${answer.suspects.new.map(suspect => suspect.who).join(', ')}`);
    if (kind === 'fixed') last.push(files[2]);
  }
}
const wrong = judged.fixed.filter(status => status !== 0).length;
const caught = judged.leaking.filter(status => status === 1).length;
console.log(`false failures: ${wrong} of ${runs}; leaks caught: ${caught} of ${runs}`);

let outside = 0;
const most = { program: { bytes: 0, who: 'none' }, runtime: { bytes: 0, who: 'none' } };
for (let at = 1; at < last.length; at++) {
  const { answer } = run('compare', last[at - 1], last[at], '--json', '--quiet');
  for (const { who, delta, is_noise, is_runtime } of answer.containers) {
    const largest = is_runtime ? most.runtime : most.program;
    if (Math.abs(delta) > Math.abs(largest.bytes)) Object.assign(largest, { bytes: delta, who });
    if (!is_noise) {
      outside += 1;
      console.log(`outside the noise band: ${who} by ${delta} B`);
    }
  }
}
const { program, runtime } = most;
console.log(`noise band: containers of the program differ by at most ${program.bytes} B (${program.who}), of the runtime by ${runtime.bytes} B (${runtime.who}); outside the band: ${outside}`);
fs.rmSync(folder, { recursive: true });
process.exit(wrong === 0 && caught === Number(runs) && outside === 0 ? 0 : 1);
