'use strict';
// `server-leaky.js` mended: `leaks` belongs to the request and dies with it.
const express = require('express');
const { photograph } = require('./photograph');

const app = express();

app.get('/bloatMyServer', (request, response) => {
  const leaks = [];
  const shared = { memory: 'leaked', joke: 'meta' };
  for (let i = 0; i < 10_000; i++) leaks.push(shared);
  response.send(`leaks holds ${leaks.length} references\n`);
});

photograph(app, null, 'heapDump-after-fixed.heapsnapshot');
