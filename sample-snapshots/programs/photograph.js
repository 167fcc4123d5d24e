'use strict';
// Serves an app and takes a heap snapshot whenever make.js asks for one. The traffic comes from make.js,
// so that nothing of the client stands in the server's heap.
const http = require('node:http');
const v8 = require('node:v8');

// `first` (or null) is written as soon as the server listens, `last` when standard input ends.
exports.photograph = (app, first, last) => {
  const server = http.createServer(app).listen(0, '127.0.0.1', () => {
    if (first) v8.writeHeapSnapshot(first);
    console.log(server.address().port);
  });
  process.stdin.resume().on('end', () => {
    v8.writeHeapSnapshot(last);
    process.exit();
  });
};
