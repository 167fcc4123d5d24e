'use strict';
// A small server for run.mjs: `node --expose-gc server.js fixed|leaking`. It prints its port.
const http = require('node:http');
const v8 = require('node:v8');

class UserSession {
  constructor(number) {
    this.user = `user ${number}`;
    this.data = new Array(50).fill(number);
  }
}

const isLeaking = process.argv[2] === 'leaking';
const sessions = new Map();
const cache = {};
let hits = 0;

function answer(request, response) {
  hits += 1;
  const session = new UserSession(hits);
  sessions.set(isLeaking ? `session ${hits}` : `session ${hits % 5}`, session);
  cache[`key${hits % 20}`] = session.user;
  response.end(session.user);
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/snapshot') return response.end(v8.writeHeapSnapshot(url.searchParams.get('file')));
  if (url.pathname === '/quit') return response.end('', () => process.exit(0));
  return answer(request, response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
