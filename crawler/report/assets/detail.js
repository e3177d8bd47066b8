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
const MOST_ABOVE = 12;
const LONGEST_RENDERED = 300_000; // characters; a longer text is shown as it is written
const MOST_EXAMPLES = 200;

class ItemPage {
  /** `actions` has `filter(facet, word)` and `next(item, step)`. */
  constructor(snapshot, runs, beside, actions) {
    Object.assign(this, { snapshot, runs, beside, actions });
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
      this.#beside(i, fields),
      fieldList(this.#others(i, fields), { folded: true }),
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
    const [result] = snapshot.words("results", i);
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
    return make(
      "div",
      { class: "facts" },
      idLink(snapshot.hash(i), snapshot.ids[i]),
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
      result && filter("results", result, "result-chip", statusSign(result), isolated(result)),
      snapshot.words("tags", i).map((tag) => filter("tags", tag, "tag", isolated(`@${tag}`))),
      snapshot
        .words("labels", i)
        .map((label) => filter("labels", label, "label", colour(label, fields), isolated(label))),
      assigned && make("span", { class: "fact" }, "assigned to ", isolated(assigned)),
      edited > 0 && make("span", { class: "fact" }, `edited ${moment(edited)} UTC`),
      serverLink(fields, snapshot.server),
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

  /** The fields that have no place of their own, and a title that is too long for its own. */
  #others(i, fields) {
    const title = this.snapshot.titles[i];
    const others = Object.entries(fields).filter(([name]) => !SHOWN_ABOVE.has(name));
    return title.length > ENDLESS ? [["title", title], ...others] : others;
  }

  /** What other parts of the snapshot know of it: these are read while the page is shown. */
  #beside(i, fields) {
    const { snapshot, runs, beside } = this;
    const [id, kind] = [snapshot.ids[i], snapshot.isTest(i) ? "test" : "suite"];
    const own = attachmentList(fields.attachments, snapshot.server);
    const more = async () => {
      const others = await beside.of("attachments", kind, id);
      const known = Array.isArray(fields.attachments) ? fields.attachments : [];
      const urls = new Set(known.map((each) => each?.url ?? each));
      const fresh = others.filter((each) => !urls.has(each.url));
      return attachmentList([...known, ...fresh], snapshot.server);
    };
    return [
      beside.has("attachments") ? later(more()) : own,
      kind === "test" && runs.hasResults && later(resultsOf(runs, i)),
      beside.has("comments") && later(commentsOf(beside, kind, id, snapshot.server)),
    ];
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
