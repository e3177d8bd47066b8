// The page of the whole project: what is in it, what is missing, pictures; and that of the orphans.

const IN_HEAD = new Set([
  "format",
  "project",
  "complete",
  "counts",
  "gaps",
  "omitted",
  "runs_since",
  "selection",
]);
const MOST_EDITS = 8;
const MOST_GAPS = 20; // that are seen without asking for them

class ProjectPage {
  /**
   * `filter(facet, word)` is called when somebody chooses a bar; `latest()` and `lists()` make what
   * tells of runs and other lists, of which there are so many `runs` and `results`.
   */
  constructor(snapshot, { runs, results, latest, lists, filter }) {
    Object.assign(this, { snapshot, runs, results, latest, lists, filter });
  }

  /** The page of all that no root leads to. */
  orphans() {
    const { snapshot } = this;
    return [
      pathOf(snapshot, []),
      make("div", { class: "title" }, heading("Orphans")),
      notice(
        "A listing of the server's knows these, but no root of the tree leads to them; their parent may have been deleted.",
      ),
      make(
        "section",
        {},
        itemList(snapshot, snapshot.children(ORPHANS), (i) => sizeOf(snapshot, i)),
      ),
    ];
  }

  /** The page of the project; the pictures show the tests that `found` marks, null for all. */
  content(found) {
    const { head } = this.snapshot;
    const pictures = this.#pictures(found);
    const none = found ? "No test was found." : "This snapshot holds no test.";
    const note = found ? "The pictures show the tests that were found." : "";
    return [
      make("div", { class: "title" }, heading(head.project.title)),
      this.#head(head),
      this.#part(head),
      this.#gaps(head),
      this.latest(),
      make("p", { class: "narrowed" }, pictures.length ? note : none),
      make("div", { class: "pictures" }, pictures),
      this.lists(),
    ];
  }

  #head(head) {
    const lost = this.snapshot.size - this.snapshot.orphansFrom;
    const orphans = lost > 0 && `${NUMBERS.format(lost)} that no root leads to`;
    const server = this.snapshot.server;
    const facts = [
      ["Suites", NUMBERS.format(head.counts.suites)],
      ["Tests", NUMBERS.format(head.counts.tests)],
      this.runs > 0 && ["Runs", make("a", { href: "#~runs" }, NUMBERS.format(this.runs))],
      this.results > 0 && ["Results", NUMBERS.format(this.results)],
      ["Complete", head.complete ? "yes" : make("strong", { class: "bad" }, "no")],
      orphans && ["Orphans", make("a", { href: "#~orphans" }, orphans)],
      ["Project", isolated(head.project.id)],
      [
        "Server",
        server ? outLink(server, null, isolated(head.project.url)) : isolated(head.project.url),
      ],
      head.omitted && [
        "Left out",
        head.omitted.map((each, n) => [n > 0 && ", ", make("code", {}, printable(each))]),
      ],
      head.runs_since && ["Results", `of runs since ${printable(head.runs_since)} only`],
      ...Object.entries(head)
        .filter(([name]) => !IN_HEAD.has(name))
        .map(([name, value]) => [isolated(name), printable(written(value))]),
    ].filter(Boolean);
    return make(
      "dl",
      { class: "head" },
      facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))),
    );
  }

  /** What was asked for, if that is not all of the project, with links to the suites that it names. */
  #part(head) {
    const { part, byId } = this.snapshot;
    if (!part) return null;
    const named = (head.selection.suites ?? []).map((id) => byId.get(id));
    const links = itemList(
      this.snapshot,
      named.filter((item) => item !== undefined),
      (i) => sizeOf(this.snapshot, i),
    );
    const words = `Only a part of the project was asked for, and is here: ${printable(part)}.`;
    return [make("p", { class: "part" }, words), named.length > 0 && links];
  }

  #gaps(head) {
    if (head.complete) return null;
    const title = make("h2", {}, icon("warning"), "This snapshot is incomplete");
    return make("section", { class: "notice gaps" }, title, this.#listOfGaps(head.gaps ?? []));
  }

  #listOfGaps(gaps) {
    if (!gaps.length) return make("p", {}, "It does not say what is missing.");
    const words = `${counted(gaps.length, "gap")}:`;
    const list = make(
      "ul",
      {},
      gaps.slice(0, MOST_LISTED).map((gap) => this.#gap(gap)),
    );
    const more = gaps.length - MOST_LISTED;
    const rest = more > 0 && make("p", {}, `and ${NUMBERS.format(more)} more`);
    if (gaps.length <= MOST_GAPS) return [make("p", {}, words), list];
    return make("details", {}, make("summary", {}, words), list, rest);
  }

  #gap(gap) {
    const { snapshot } = this;
    const item = snapshot.byId.get(gap.id);
    const name =
      item === undefined
        ? make("code", {}, printable(gap.id))
        : make("a", { href: snapshot.hash(item) }, isolated(snapshot.titles[item] || gap.id));
    return make("li", {}, `${printable(gap.kind)} `, name, `: ${gapWords(gap)}`);
  }

  #pictures(found) {
    const { snapshot } = this;
    const known = edits(snapshot, found);
    const facet = (title, name, absent) => {
      const numbers = tally(snapshot, name, found);
      return (
        numbers.counts.length > 0 &&
        bars(title, name, numbers, absent, (word) => this.filter(name, word))
      );
    };
    const dated = (items) => itemList(snapshot, items, (i) => moment(snapshot.edited[i]));
    return [
      facet("Tests by last result", "results", "no result"),
      facet("Tests by state", "states", "no state"),
      facet("Tests by priority", "priorities", "no priority"),
      depths(snapshot, found),
      known.length > 0 && editColumns(snapshot, known),
      facet("Tests by tag", "tags", "no tag"),
      facet("Tests by label", "labels", "no label"),
      known.length > 0 && picture("Newest edits", dated(known.slice(0, MOST_EDITS))),
      known.length > MOST_EDITS &&
        picture("Oldest edits", dated(known.slice(-MOST_EDITS).reverse())),
    ].filter(Boolean);
  }
}
