// A news feed that allocates in four ways, some kept and some let go. make.js calls `tick` once per beat.
class Message {
  constructor(n) { this.n = n; this.text = `message ${n}`; this.tags = ['news', `topic ${n % 7}`]; }
}

const kept = window.kept = [];
const seen = window.seen = new Map();

function receive(n) { const m = new Message(n); kept.push(m); return m; }
function parse(n) { return JSON.parse(`{"n":${n},"author":{"name":"author ${n % 13}"},"likes":[1,2,3]}`); }
function remember(n) { seen.set(`message ${n}`, parse(n)); }
function render(n) {
  const item = document.createElement('li');
  item.textContent = `message ${n}`;
  document.querySelector('ol').append(item);
}
function scratch(n) { return Array.from({ length: 50 }, (_, i) => ({ i, text: `${n}-${i}` })).length; }   // garbage at once

let n = 0;
window.tick = function tick(beat) {
  for (let i = 0; i < 100; i++, n++) {
    if (beat % 4 === 0) receive(n);
    else if (beat % 4 === 1) remember(n);
    else if (beat % 4 === 2) render(n);
    else scratch(n);
  }
  if (beat === 16) kept.splice(0, 200);          // the first two waves of messages go: their bars turn grey
};
