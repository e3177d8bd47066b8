// The rows of the tree: what each shows of its suite or test.

const ORPHANS = -2; // the row above all that no root leads to
const DEEPEST_ROW = 24; // levels by which rows are moved to the right
const URGENT = ["high", "critical", "important"];

/** Whether there can be rows below one. */
function hasRows(snapshot, item) {
  return item === ORPHANS || snapshot.end[item] > item + 1;
}

class Rows {
  constructor(snapshot) {
    this.snapshot = snapshot;
    this.terms = []; // what is marked in titles
    this.counts = snapshot.testsBelow; // tests that a suite says are in it
  }

  /** The row of an item, `place` among its `siblings`; `open` is null where nothing is below it. */
  element(item, { depth, place, siblings, open }) {
    const isTest = item >= 0 && this.snapshot.isTest(item);
    const element = make(
      "div",
      {
        id: `row-${item}`,
        class: isTest ? "row" : "row suite",
        role: "treeitem",
        "aria-level": depth + 1,
        "aria-posinset": place,
        "aria-setsize": siblings,
        "aria-expanded": isTest || open === null ? null : String(open),
      },
      isTest ? this.#test(item) : this.#suite(item),
    );
    element.style.setProperty("--depth", Math.min(depth, DEEPEST_ROW));
    return element;
  }

  #suite(item) {
    if (item === ORPHANS)
      return [
        this.#caret(item),
        icon("warning"),
        make("span", { class: "name" }, "Orphans"),
        this.#count(this.#orphans()),
      ];
    const { snapshot } = this;
    const emoji = snapshot.emojis[item];
    const isFolder = snapshot.folders[item] === "1";
    const sign = emoji
      ? make("span", { class: "emoji", "aria-hidden": "true" }, emoji)
      : icon(isFolder ? "folder" : "suite");
    return [this.#caret(item), sign, this.#name(item), this.#count(this.counts[item])];
  }

  #orphans() {
    return this.snapshot
      .children(ORPHANS)
      .reduce((sum, i) => sum + (this.snapshot.isTest(i) ? 1 : this.counts[i]), 0);
  }

  #caret(item) {
    const caret = make("span", { class: "caret" });
    if (hasRows(this.snapshot, item)) caret.append(icon("caret"));
    return caret;
  }

  #count(number) {
    return make(
      "span",
      { class: "count" },
      NUMBERS.format(number),
      make("span", { class: "unseen" }, number === 1 ? " test" : " tests"),
    );
  }

  #test(item) {
    const { snapshot } = this;
    const [state = ""] = snapshot.words("states", item);
    const [priority = ""] = snapshot.words("priorities", item);
    const [result = ""] = snapshot.words("results", item);
    const failed = look(result) === "failed";
    const urgent = URGENT.includes(priority);
    const said = [state, urgent && priority, failed && "failed last"].filter(Boolean).join(", ");
    return [
      make("span", { class: "caret" }),
      make("span", { class: "state", "data-state": state, title: state }),
      this.#name(item),
      make("span", { class: "unseen" }, said && ` (${said})`),
      make(
        "span",
        { class: "marks", "aria-hidden": "true" },
        failed && make("span", { class: "failed", title: "failed last" }, icon("cross")),
        urgent && make("span", { class: "urgent", "data-priority": priority, title: priority }),
      ),
    ];
  }

  #name(item) {
    const title = this.snapshot.titles[item];
    const text = printable(title.slice(0, 300)) || "(no title)";
    return make(
      "span",
      { class: "name", title: text.length > 40 ? text : null },
      make("bdi", {}, marked(text, this.terms)),
    );
  }
}
