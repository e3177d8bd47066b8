// The page of a suite or a test.

const SHOWN_ABOVE = new Set([
  "description",
  "notes",
  "code",
  "params",
  "attachments",
  "tags",
  "labels",
  "state",
  "priority",
  "emoji",
  "depth",
  "path",
  "is_root",
  "position",
]);
const NO_TITLE = "(no title)";
const MOST_ABOVE = 12;
const LONGEST_RENDERED = 300_000; // characters; a longer text is shown as it is written
const MOST_LISTED = 500;
const MOST_EXAMPLES = 200;

class ItemPage {
  /** `actions` has `filter(facet, word)` and `next(item, step)`. */
  constructor(snapshot, actions) {
    Object.assign(this, { snapshot, actions });
  }

  /** All that is shown of an item. */
  content(i, fields) {
    const { snapshot } = this;
    const isTest = snapshot.isTest(i);
    return [
      this.#path(i),
      make(
        "div",
        { class: "title" },
        heading(snapshot.titles[i], snapshot.emojis[i]),
        isTest && this.#steps(i),
      ),
      this.#facts(i, fields),
      this.#warnings(i),
      this.#text("Description", fields.description),
      this.#text("Notes", fields.notes),
      isTest ? [this.#examples(fields), this.#code(fields)] : this.#content(i),
      this.#attachments(fields),
      this.#rest(fields),
    ];
  }

  #path(i) {
    const { snapshot } = this;
    const above = snapshot.above(i).map((each) => {
      const title = isolated(snapshot.titles[each] || NO_TITLE);
      return make("li", {}, make("a", { href: snapshot.hash(each) }, title));
    });
    // Of a very deep one the ends are what helps.
    const cut = above.length - MOST_ABOVE;
    if (cut > 0) above.splice(2, cut, make("li", {}, "…"));
    if (snapshot.isOrphan(i))
      above.unshift(make("li", {}, make("a", { href: "#~orphans" }, "Orphans")));
    return pathOf(snapshot, above);
  }

  #steps(i) {
    const step = (name, sign, by) => {
      const to = this.actions.next(i, by);
      const attributes = { class: "button", title: name, "aria-label": name };
      if (to === null)
        return make("span", { ...attributes, role: "link", "aria-disabled": "true" }, icon(sign));
      return make("a", { ...attributes, href: this.snapshot.hash(to) }, icon(sign));
    };
    return make(
      "div",
      { class: "steps" },
      step("Previous test", "up", -1),
      step("Next test", "down", 1),
    );
  }

  #facts(i, fields) {
    const { snapshot } = this;
    const [state] = snapshot.words("states", i);
    const [priority] = snapshot.words("priorities", i);
    const filter = (facet, word, look, ...content) =>
      make(
        "button",
        {
          type: "button",
          class: `chip ${look}`,
          "data-word": word,
          title: `Show all tests: ${word}`,
          onclick: () => this.actions.filter(facet, word),
        },
        content,
      );
    const isTest = snapshot.isTest(i);
    const kind = isTest ? null : make("span", { class: "chip" }, sizeOf(snapshot, i));
    const edited = snapshot.edited[i];
    const assigned = typeof fields.assigned_to === "string" && fields.assigned_to;
    const address =
      typeof fields.to_url === "string" && safeAddress(fields.to_url, snapshot.server);
    return make(
      "div",
      { class: "facts" },
      make(
        "a",
        { class: "chip id", href: snapshot.hash(i), title: "Link to this page" },
        icon("link"),
        isolated(snapshot.ids[i]),
      ),
      kind,
      state &&
        filter(
          "states",
          state,
          "state-chip",
          make("span", { class: "state", "data-state": state }),
          isolated(state),
        ),
      priority && filter("priorities", priority, "priority", isolated(priority)),
      snapshot.words("tags", i).map((tag) => filter("tags", tag, "tag", isolated(`@${tag}`))),
      snapshot
        .words("labels", i)
        .map((label) => filter("labels", label, "label", colour(label, fields), isolated(label))),
      assigned && make("span", { class: "fact" }, "assigned to ", isolated(assigned)),
      edited > 0 && make("span", { class: "fact" }, `edited ${moment(edited)} UTC`),
      address &&
        make("span", { class: "fact" }, outLink(address, null, "on the server ", icon("out"))),
    );
  }

  #warnings(i) {
    const { snapshot } = this;
    const orphan = snapshot.isOrphan(i) && snapshot.parent[i] < 0;
    const gaps = (snapshot.head.gaps ?? []).filter((gap) => gap.id === snapshot.ids[i]);
    return [
      orphan &&
        notice("A listing of the server's knows this, but no root of the tree leads to it."),
      gaps.map((gap) => notice(`Incomplete: ${gapWords(gap)}.`)),
    ];
  }

  #text(title, text) {
    if (typeof text !== "string" || !text.trim()) return null;
    const content =
      text.length > LONGEST_RENDERED
        ? codeBlock(text)
        : markdown(text, { server: this.snapshot.server });
    return make(
      "section",
      { class: "text" },
      make("h2", {}, title),
      make("div", { class: "markdown" }, content),
    );
  }

  #examples(fields) {
    const names = Array.isArray(fields.params) ? fields.params : [];
    const included = Array.isArray(fields.included) ? fields.included : [];
    const rows = included
      .filter((each) => each?.type === "example")
      .map((each) => each.attributes?.data)
      .filter(Array.isArray);
    if (!names.length && !rows.length) return null;
    const width = Math.min(
      100,
      Math.max(names.length, ...rows.slice(0, MOST_EXAMPLES).map((row) => row.length)),
    );
    const cell = (name, value) =>
      value === undefined || value === ""
        ? make("td")
        : make(name, { scope: name === "th" ? "col" : null }, printable(written(value)));
    const line = (name, values) =>
      make(
        "tr",
        {},
        Array.from({ length: width }, (_, column) => cell(name, values[column])),
      );
    const more = rows.length - MOST_EXAMPLES;
    return make(
      "section",
      {},
      make("h2", {}, "Examples"),
      make(
        "div",
        { class: "wide", tabindex: "0", role: "group", "aria-label": "Examples" },
        make(
          "table",
          {},
          make("thead", {}, line("th", names)),
          make(
            "tbody",
            {},
            rows.slice(0, MOST_EXAMPLES).map((row) => line("td", row)),
          ),
        ),
      ),
      more > 0 && make("p", { class: "note" }, `and ${NUMBERS.format(more)} more below`),
    );
  }

  #code(fields) {
    if (typeof fields.code !== "string" || !fields.code.trim()) return null;
    const file = typeof fields.file === "string" && fields.file;
    return make(
      "section",
      {},
      make("h2", {}, "Code"),
      file && make("p", { class: "file" }, isolated(file)),
      codeBlock(fields.code),
    );
  }

  #attachments(fields) {
    const found = Array.isArray(fields.attachments) ? fields.attachments : [];
    if (!found.length) return null;
    const entry = (each) => {
      const url = each?.url ?? each;
      const name = String(each?.name ?? url ?? "attachment");
      const link =
        typeof url === "string"
          ? outLink(url, this.snapshot.server, isolated(name))
          : isolated(written(each));
      return make(
        "li",
        {},
        link,
        typeof each?.type === "string" &&
          make("span", { class: "note" }, ` ${printable(each.type)}`),
      );
    };
    return make(
      "section",
      {},
      make("h2", {}, "Attachments"),
      make("ul", { class: "plain" }, found.map(entry)),
    );
  }

  #rest(fields) {
    const others = Object.entries(fields).filter(([name]) => !SHOWN_ABOVE.has(name));
    if (!others.length) return null;
    const line = ([name, value]) => [
      make("dt", {}, isolated(name)),
      make("dd", {}, this.#value(value)),
    ];
    return make(
      "details",
      { class: "rest" },
      make("summary", {}, `All other fields (${others.length})`),
      make("dl", {}, others.map(line)),
    );
  }

  #value(value) {
    if (value !== null && typeof value === "object") {
      const isShort = Array.isArray(value) && value.every((each) => typeof each === "string");
      return isShort
        ? value.map(printable).join(", ") || "[]"
        : codeBlock(JSON.stringify(value, null, 2));
    }
    const text = String(value);
    if (text.includes("\n")) return codeBlock(text);
    return /^https?:\/\//.test(text) ? outLink(text, null, printable(text)) : printable(text);
  }

  #content(i) {
    const children = this.snapshot.children(i);
    if (!children.length) return make("p", { class: "empty" }, "This suite is empty.");
    return make(
      "section",
      {},
      make("h2", {}, "Content"),
      itemList(this.snapshot, children, (each) => sizeOf(this.snapshot, each)),
    );
  }
}

/** Links to items, a line for each, with a note at the end. */
function itemList(snapshot, items, note) {
  const line = (i) => {
    const [state = ""] = snapshot.words("states", i);
    const sign = snapshot.isTest(i)
      ? make("span", { class: "state", "data-state": state })
      : icon(snapshot.folders[i] === "1" ? "folder" : "suite");
    const link = make("a", { href: snapshot.hash(i) }, isolated(snapshot.titles[i] || NO_TITLE));
    return make("li", {}, sign, link, make("span", { class: "note" }, note(i)));
  };
  const more = items.length - MOST_LISTED;
  const rest = `and ${NUMBERS.format(more)} more; the tree shows them all.`;
  return [
    make("ul", { class: "items" }, items.slice(0, MOST_LISTED).map(line)),
    more > 0 && make("p", { class: "note" }, rest),
  ];
}

/** The way from the project to here. */
function pathOf(snapshot, steps) {
  const project = make("a", { href: "#" }, isolated(snapshot.head.project.title || "Project"));
  return make(
    "nav",
    { class: "path", "aria-label": "Path" },
    make("ol", {}, make("li", {}, project), steps),
  );
}

/** How much a suite holds; nothing for a test. */
function sizeOf(snapshot, i) {
  if (snapshot.isTest(i)) return null;
  const suites = snapshot.suitesBelow[i] ? `${counted(snapshot.suitesBelow[i], "suite")}, ` : "";
  return suites + counted(snapshot.testsBelow[i], "test");
}

/** The heading of a page, which gets the focus when the page is shown. */
function heading(title, emoji = "") {
  const look = title.length > 160 && "long";
  const sign = emoji && make("span", { class: "emoji" }, `${emoji} `);
  return make("h1", { tabindex: "-1", class: look }, sign, isolated(title || NO_TITLE));
}

function notice(text) {
  return make("p", { class: "notice" }, icon("warning"), make("span", {}, text));
}

function gapWords(gap) {
  const numbers = gap.expected === undefined ? "" : ` (${gap.found ?? 0} of ${gap.expected})`;
  return printable(gap.reason) + numbers;
}

function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A dot in the colour of a label, if it has one. */
function colour(label, fields) {
  const included = Array.isArray(fields.included) ? fields.included : [];
  const own = included.find(
    (each) =>
      each?.type === "label" &&
      typeof each.attributes?.title === "string" &&
      label.startsWith(each.attributes.title),
  );
  const value = own?.attributes?.color;
  if (typeof value !== "string" || !/^#[0-9a-f]{3,8}$/i.test(value)) return null;
  const dot = make("span", { class: "dot" });
  dot.style.backgroundColor = value;
  return dot;
}
