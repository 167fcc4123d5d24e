'use strict';
// A server that grows by 10,000 references with every request, because `leaks` lives as long as
// the module does. `server-fixed.js` is the same server without the fault.
const express = require('express');
const { photograph } = require('./photograph');

const app = express();
const leaks = [];

app.get('/bloatMyServer', (request, response) => {
  const shared = { memory: 'leaked', joke: 'meta' };
  for (let i = 0; i < 10_000; i++) leaks.push(shared);
  response.send(`leaks holds ${leaks.length} references\n`);
});

photograph(app, 'heapDumpAtServerStart.heapsnapshot', 'heapDump-after.heapsnapshot');
