// A program with a worker that writes its own snapshot when it is asked to on standard input.
const { Worker } = require('worker_threads');
class Payload { constructor(n) { this.text = 'payload ' + n; } }
class UserSession { constructor(n) { this.id = n; this.payload = new Payload(n); } }
globalThis.sessions = Array.from({ length: 3000 }, (_, n) => new UserSession(n));
const work = 'class InWorker { constructor(n) { this.n = n; } }' +
  'globalThis.kept = Array.from({ length: 500 }, (_, n) => new InWorker(n)); setInterval(() => {}, 1000);' +
  'require("worker_threads").parentPort.postMessage("up");';
new Worker(work, { eval: true, name: 'alpha' }).on('message', () => console.log('ready'));
let written = 0;
process.stdin.on('data', (line) => {
  const [, path] = String(line).trim().split(' ');
  require('v8').writeHeapSnapshot(path);
  written += 1;
  console.log('written ' + written);
});
