'use strict';
// A server without dependencies in which each route leaks another kind of thing, a fixed amount per request.
// One request to every route comes before the first snapshot, so that code compiled on first use does not
// show up as growth between the two.
const http = require('node:http');
const v8 = require('node:v8');
const { EventEmitter } = require('node:events');

class Session {
  constructor(user) {
    this.user = user;
    this.openedAt = new Date();
    this.basket = ['apples', 'pears'];
  }
}

const sessions = new Map();      // class instances: nobody ever logs out
const afterwards = [];           // closures: each keeps the whole order it was made for
const uploads = [];              // Buffers: their bytes lie outside V8's heap
const priceCache = new Map();    // Map entries: a cache without a limit
let accessLog = '';              // one string, ever longer by concatenation
const ticker = new EventEmitter().setMaxListeners(0);   // listeners: added, never removed

let visitor = 0;

const routes = {
  '/login'() {
    const user = `visitor-${++visitor}`;
    sessions.set(user, new Session(user));
  },
  '/order'() {
    const order = { lines: new Array(200).fill(0).map((_, i) => i), note: 'please ring twice' };
    afterwards.push(function sendReceipt() { return order.lines.length; });
  },
  '/upload'() {
    uploads.push(Buffer.alloc(16 * 1024, 'x'));
  },
  '/price'() {
    for (let i = 0; i < 5; i++) priceCache.set(`article-${priceCache.size}`, { cents: priceCache.size * 7, currency: 'EUR' });
  },
  '/log'() {
    accessLog += `GET /log by visitor ${visitor}, entry number ${accessLog.length}\n`;
  },
  '/subscribe'() {
    const inbox = new Array(50).fill('no news');
    ticker.on('tick', function onTick() { inbox.push('news'); });
  },
};

const server = http.createServer((request, response) => {
  const route = routes[request.url];
  if (route) route();
  else if (request.url === '/snapshot-start') v8.writeHeapSnapshot('leaks-by-kind-start.heapsnapshot');
  else if (request.url === '/snapshot-after') v8.writeHeapSnapshot('leaks-by-kind-after.heapsnapshot');
  else response.statusCode = 404;
  response.end();
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
