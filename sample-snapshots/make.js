'use strict';
// Makes the sample snapshots anew:
//
//   node make.js            all of them
//   node make.js server     those of one group: tiny, server, constructors, leaks-by-kind, detached-dom, allocation
//
// The programs run in a neutral folder with an emptied environment, because a heap snapshot contains every
// string of its process: paths, the environment, whatever a variable holds. Needs Node 20 or newer, npm (for
// express) and, for the last two groups, Chromium (its name or path in CHROMIUM if it is not `chromium`).
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { withPage } = require('./browser');

const FOLDER = '/tmp/heaplens-samples';
const LARGEST = 10e6;

const groups = {
  tiny() {
    fs.writeFileSync(path.join(FOLDER, 'tiny.heapsnapshot'), require('./programs/tiny').text());
  },

  async server() {
    fs.copyFileSync(path.join(__dirname, 'package.json'), path.join(FOLDER, 'package.json'));
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], { cwd: FOLDER, stdio: 'inherit' });
    for (const program of ['server-leaky.js', 'server-fixed.js']) {
      await withServer(program, async get => {
        for (let i = 0; i < 5; i++) await get('/bloatMyServer');
      });
    }
  },

  async constructors() {
    await ended(start('constructors.js'));
  },

  async 'leaks-by-kind'() {
    const routes = ['/login', '/order', '/upload', '/price', '/log', '/subscribe'];
    await withServer('leaks-by-kind.js', async get => {
      for (const route of routes) await get(route);
      await get('/snapshot-start');
      for (let i = 0; i < 200; i++) for (const route of routes) await get(route);
      await get('/snapshot-after');
    });
  },

  async 'detached-dom'() {
    const version = await withPage('shop.html', FOLDER, tab =>
      tab.save(path.join(FOLDER, 'detached-dom.heapsnapshot'), 'HeapProfiler.takeHeapSnapshot'));
    console.log(version);
  },

  async allocation() {
    await withPage('feed.html', FOLDER, async tab => {
      await tab.send('HeapProfiler.startTrackingHeapObjects', { trackAllocations: true });
      for (let beat = 0; beat < 24; beat++) {
        await tab.run(`tick(${beat})`);
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      await tab.save(path.join(FOLDER, 'allocation.heaptimeline'), 'HeapProfiler.stopTrackingHeapObjects');
    });
  },
};

function start(program) {
  return spawn(process.execPath, [program], { cwd: FOLDER, env: {}, argv0: 'node', stdio: ['pipe', 'pipe', 'inherit'] });
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a program ended with ${code}`))));
  });
}

// Runs a program that prints its port, gives `traffic` a function to ask it with, and ends its standard input.
async function withServer(program, traffic) {
  const child = start(program);
  const over = ended(child);
  const port = await Promise.race([over, new Promise(resolve => child.stdout.once('data', resolve))]);
  const get = url => new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port: Number(port), path: url, agent: false }, response => {
      response.resume().on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${url}: ${response.statusCode}`))));
    }).on('error', reject);
  });
  await traffic(get);
  child.stdin.end();
  await over;
}

// What must not stand in a file that other people get.
function secretsOf(text) {
  const environment = Object.entries(process.env).filter(([name]) => /PATH|TOKEN|KEY|SECRET|PASSWORD/i.test(name)).map(([, value]) => value);
  const secrets = [os.hostname(), os.homedir(), __dirname, ...environment];
  return secrets.filter(secret => secret.length > 3 && text.includes(secret));
}

async function main(wanted) {
  const unknown = wanted.filter(name => !groups[name]);
  if (unknown.length) throw new Error(`no such group: ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.cpSync(path.join(__dirname, 'programs'), FOLDER, { recursive: true });
  for (const name of wanted.length ? wanted : Object.keys(groups)) await groups[name]();

  for (const name of fs.readdirSync(FOLDER).filter(name => /\.heap(snapshot|timeline)$/.test(name)).sort()) {
    const text = fs.readFileSync(path.join(FOLDER, name), 'utf8');
    const { node_count, edge_count } = JSON.parse(text).snapshot;
    const secrets = secretsOf(text);
    if (secrets.length) throw new Error(`${name} contains ${secrets.join(', ')}`);
    const bytes = fs.statSync(path.join(FOLDER, name)).size;
    if (bytes > LARGEST) throw new Error(`${name} has ${bytes} bytes, more than ${LARGEST}`);
    fs.writeFileSync(path.join(__dirname, name), text);
    console.log(`${name}: ${bytes} bytes, ${node_count} nodes, ${edge_count} edges`);
  }
  fs.rmSync(FOLDER, { recursive: true, force: true });
  console.log(`Node ${process.version}, V8 ${process.versions.v8}`);
}

main(process.argv.slice(2)).catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
