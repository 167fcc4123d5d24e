'use strict';
// Headless Chromium, driven over its DevTools protocol through a pipe. Pages are handed to it as
// https://shop.example/…, straight from the programs folder: no server, no port, no file path in the heap.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

// Opens `page` and runs `work(tab)`. `folder` becomes the browser's home.
exports.withPage = async (page, folder, work) => {
  const browser = spawn(process.env.CHROMIUM || 'chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-extensions', '--disable-background-networking',
    '--disable-component-update', '--no-first-run', '--lang=en-US', '--remote-debugging-pipe', `--user-data-dir=${folder}/profile`,
  ], { env: { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8' }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise(resolve => browser.on('exit', resolve).on('error', resolve));
  try {
    const connection = connect(browser.stdio[3], browser.stdio[4]);
    ended.then(() => connection.fail(new Error('the browser ended')));
    const { product, jsVersion } = await connection.send('Browser.getVersion');
    const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = openTab(connection, sessionId);
    await tab.send('Fetch.enable');
    tab.on('Fetch.requestPaused', ({ requestId, request }) => {
      const name = path.basename(new URL(request.url).pathname);
      const file = path.join(__dirname, 'programs', name);
      const answer = fs.existsSync(file)
        ? { responseCode: 200, body: fs.readFileSync(file).toString('base64'), responseHeaders: [{ name: 'content-type', value: TYPES[path.extname(name)] }] }
        : { responseCode: 404 };
      tab.send('Fetch.fulfillRequest', { requestId, ...answer });
    });
    await tab.send('Page.enable');
    const loaded = new Promise(resolve => tab.on('Page.loadEventFired', resolve));
    await tab.send('Page.navigate', { url: `https://shop.example/${page}` });
    await loaded;
    await tab.send('HeapProfiler.enable');
    await work(tab);
    return `${product}, V8 ${jsVersion}`;
  } finally {
    browser.kill('SIGKILL');
    await ended;
  }
};

function connect(input, output) {
  const waiting = new Map();
  const listeners = [];
  let last = 0, rest = [];
  output.on('data', chunk => {
    // Messages end with a zero byte; one may come in many chunks.
    for (let end; (end = chunk.indexOf(0)) >= 0; chunk = chunk.subarray(end + 1)) {
      const message = JSON.parse(Buffer.concat([...rest, chunk.subarray(0, end)]));
      rest = [];
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (call && message.error) call.reject(new Error(`${call.method}: ${message.error.message}`));
      else if (call) call.resolve(message.result);
      else for (const listen of listeners) listen(message);
    }
    if (chunk.length) rest.push(chunk);
  });
  input.on('error', () => {});
  return {
    listeners,
    send: (method, params = {}, sessionId) => new Promise((resolve, reject) => {
      waiting.set(++last, { method, resolve, reject });
      input.write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
    }),
    fail: error => { for (const call of waiting.values()) call.reject(error); },
  };
}

function openTab(connection, sessionId) {
  const send = (method, params) => connection.send(method, params, sessionId);
  const on = (method, listen) => connection.listeners.push(message => {
    if (message.method === method && message.sessionId === sessionId) listen(message.params);
  });
  // Calls `method`, which answers in pieces, and writes the pieces to `file`.
  const save = async (file, method, params) => {
    const chunks = [];
    on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await send(method, { reportProgress: false, ...params });
    fs.writeFileSync(file, chunks.join(''));
  };
  const run = async expression => {
    const { exceptionDetails } = await send('Runtime.evaluate', { expression });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  };
  return { send, on, save, run };
}
