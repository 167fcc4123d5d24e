// One process of a service: writes start.heapsnapshot, answers requests, writes later.heapsnapshot.
//   node service.js FOLDER SERVICE LEAKS(0|1) REQUESTS
"use strict";
const { writeHeapSnapshot } = require("node:v8");

const [folder, service, leaks, requests] = process.argv.slice(2);

class Session {
  constructor(number) {
    this.user = `user ${number}`;
    this.cart = [number, number + 1];
    this.payload = Buffer.alloc(64);
  }
}

const sessionsByToken = new Map();
const recentJobs = [];
const renderedPages = Object.create(null);

function answer(number) {
  if (service === "api") {
    sessionsByToken.set(`token ${number}`, new Session(number));
    if (leaks !== "1" && sessionsByToken.size > 50) {
      sessionsByToken.delete(sessionsByToken.keys().next().value);
    }
  } else if (service === "worker") {
    recentJobs.push({ number, state: "done", log: `job ${number % 7}`.repeat(4) });
    if (recentJobs.length > 100) recentJobs.shift();
  } else {
    renderedPages[`/page/${number % 40}`] = `<p>${"text ".repeat(40)}${number}</p>`;
  }
}

for (let number = 0; number < 120; number++) answer(number);
writeHeapSnapshot(`${folder}/start.heapsnapshot`);
for (let number = 120; number < 120 + Number(requests); number++) answer(number);
writeHeapSnapshot(`${folder}/later.heapsnapshot`);
