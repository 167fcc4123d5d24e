// A page that takes elements out of the document and yet keeps them.
class ProductCard {
  constructor(number) {
    this.number = number;
    this.element = document.createElement('article');
    this.element.className = 'card';
    this.element.innerHTML = `<h2>Product ${number}</h2><p>Now only ${number}.99</p><button>Buy</button>`;
    this.onBuy = () => { basket.push(this.number); };
    this.element.querySelector('button').addEventListener('click', this.onBuy);
  }
}

class Undo {                       // keeps what was deleted, in case it is wanted back
  constructor() { this.steps = []; }
  remember(element) { this.steps.push({ element, at: performance.now() }); }
}

const main = document.querySelector('main');
const basket = [];
const undo = window.undo = new Undo();
const lastButtons = window.lastButtons = [];
window.cards = [];

// 1. Sixty cards; every second one is removed and waits in the undo list as a detached tree.
for (let i = 1; i <= 60; i++) {
  const card = new ProductCard(i);
  main.append(card.element);
  if (i % 2) cards.push(card);
  else { card.element.remove(); undo.remember(card.element); }
}

// 2. A list of 200 rows of which one button is kept: the button keeps its row, the row the whole list.
const list = document.createElement('ul');
for (let i = 0; i < 200; i++) list.insertAdjacentHTML('beforeend', `<li>row ${i} <button>x</button></li>`);
main.append(list);
lastButtons.push(list.querySelector('li:last-child button'));
list.remove();

// 3. A dialog whose element is gone while a listener on the window still holds it.
function openDialog(number) {
  const dialog = document.createElement('dialog');
  dialog.textContent = `Dialog ${number}`;
  document.body.append(dialog);
  window.addEventListener('resize', function placeDialog() { dialog.style.top = `${innerHeight / 2}px`; });
  dialog.remove();
}
for (let i = 0; i < 10; i++) openDialog(i);

// 4. A frame taken out of the page, with its window and document still in script's hands.
const frame = document.createElement('iframe');
document.body.append(frame);
frame.contentDocument.body.innerHTML = '<p>inside the frame</p>';
window.oldFrame = frame.contentWindow;
frame.remove();

// 5. For comparison, what is as it should be: attached elements with listeners, an element that died.
document.querySelector('#open').addEventListener('click', () => openDialog('by hand'));
document.querySelector('#close').addEventListener('click', () => undo.steps.pop());
main.append(Object.assign(document.createElement('footer'), { textContent: 'the end' }));
document.createElement('section').append('nobody keeps me');
