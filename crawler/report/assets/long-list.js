// Lists that are made piece by piece, and what narrows them.

const PIECE = 100;
const MOST_PRINTED = 5000; // rows

/** A list whose next rows are made when somebody gets near its end. */
class LongList {
  #made = 0;

  constructor(items, row, look) {
    Object.assign(this, { items, row });
    this.list = make("ul", { class: look });
    this.rest = make("button", { type: "button", class: "rest-of", onclick: () => this.more() });
    this.element = make("div", {}, this.list, this.rest);
    this.observer = new IntersectionObserver((seen) => {
      if (seen.some((each) => each.isIntersecting)) this.more();
    });
    this.more();
  }

  /** Makes the next rows; false if all are there. */
  more() {
    if (this.#made >= this.items.length) return false;
    const piece = this.items.slice(this.#made, this.#made + PIECE);
    this.#made += piece.length;
    this.list.append(...piece.map(this.row));
    const left = this.items.length - this.#made;
    this.rest.hidden = left === 0;
    this.rest.textContent = `Show ${NUMBERS.format(Math.min(left, PIECE))} more of ${NUMBERS.format(left)}`;
    // Told anew each time: it is only told of changes, and the end may still be in sight.
    this.observer.unobserve(this.rest);
    if (left) this.observer.observe(this.rest);
    return true;
  }
}

/** Makes the rows of all lists in an element, for paper; of endless ones not all. */
function madeWhole(element) {
  for (const rest of element.querySelectorAll(".rest-of"))
    for (let piece = 0; !rest.hidden && piece < MOST_PRINTED / PIECE; piece++) rest.click();
}

/**
 * A list with a field to search in it and a button for each status. `kept` remembers what was asked
 * for, so that whoever comes back finds it as it was.
 */
class FilteredList {
  #texts = null;
  #typing = 0;

  constructor({ items, status, text, row, look, noun, placeholder, kept }) {
    Object.assign(this, { items, status, text, row, look, noun, kept });
    const counts = new Map();
    for (const i of items) counts.set(status(i), (counts.get(status(i)) ?? 0) + 1);
    this.counts = inOrder([...counts]);
    kept.query ??= "";
    if (!counts.has(kept.status)) kept.status = null;
    this.query = make("input", {
      type: "search",
      "aria-label": placeholder,
      placeholder,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => {
        clearTimeout(this.#typing);
        this.#typing = setTimeout(() => this.#show(), TYPING);
      },
    });
    this.query.value = kept.query;
    this.found = make("p", { class: "note", role: "status" });
    this.place = make("div");
    this.buttons = this.counts.map(([each, number]) => this.#button(each, number));
    this.element = make(
      "div",
      { class: "filtered" },
      make(
        "div",
        { class: "narrow" },
        this.query,
        make("div", { class: "statuses", role: "group", "aria-label": "Status" }, this.buttons),
      ),
      this.found,
      this.place,
    );
    this.#show();
  }

  #button(status, number) {
    return make(
      "button",
      {
        type: "button",
        class: "chip",
        onclick: () => {
          this.kept.status = this.kept.status === status ? null : status;
          this.#show();
        },
      },
      statusSign(status),
      isolated(status || NO_STATUS),
      " ",
      make("span", { class: "number" }, NUMBERS.format(number)),
    );
  }

  #show() {
    const { kept } = this;
    kept.query = this.query.value;
    this.counts.forEach(([status], n) =>
      this.buttons[n].setAttribute("aria-pressed", String(status === kept.status)),
    );
    const found = this.#found(terms(kept.query));
    const isAll = found.length === this.items.length;
    this.found.textContent = isAll ? "" : `${counted(found.length, this.noun)} found`;
    this.place.replaceChildren(new LongList(found, this.row, this.look).element);
  }

  #found(searched) {
    const { status } = this.kept;
    let found = this.items.map((_, n) => n);
    if (status !== null) found = found.filter((n) => this.status(this.items[n]) === status);
    if (searched.length) {
      this.#texts ??= this.items.map((i) => plain(this.text(i)));
      found = found.filter((n) => searched.every((term) => this.#texts[n].includes(term)));
    }
    return found.map((n) => this.items[n]);
  }
}
