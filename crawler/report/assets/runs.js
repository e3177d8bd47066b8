// The pages of all runs and of one.

const RUN_SHOWN = new Set(["status", "kind", "env", "rungroup_id", "to_url", "purged"]);
const LATEST = 5;

class RunPages {
  #kept = new Map(); // what was asked for on each page

  constructor(snapshot, runs, beside) {
    Object.assign(this, { snapshot, runs, beside });
  }

  #asked(hash) {
    if (!this.#kept.has(hash)) this.#kept.set(hash, { query: "", status: null });
    return this.#kept.get(hash);
  }

  /** The page of all runs. */
  all() {
    const { runs } = this;
    const list = new FilteredList({
      items: runs.newest(),
      status: (run) => runs.word("statuses", run),
      text: (run) =>
        [
          runs.titles[run],
          runs.ids[run],
          runs.environments[run],
          runs.word("kinds", run),
          runs.word("groups", run),
        ].join("\n"),
      row: (run) => this.#row(run),
      look: "rows",
      noun: "run",
      placeholder: "Search titles, IDs, environments, groups",
      kept: this.#asked("#~runs"),
    });
    return [
      pathOf(this.snapshot, []),
      make("div", { class: "title" }, heading("Runs")),
      make("section", {}, list.element),
    ];
  }

  /** The latest runs, for the page of the project. */
  latest() {
    const { runs } = this;
    if (!runs.size) return null;
    const shown = runs.newest().slice(0, LATEST);
    const all = `All ${counted(runs.size, "run")}`;
    return make(
      "section",
      { class: "latest" },
      make("h2", {}, "Latest runs"),
      make(
        "ul",
        { class: "rows" },
        shown.map((run) => this.#row(run)),
      ),
      runs.size > shown.length && make("p", {}, make("a", { href: "#~runs" }, all)),
    );
  }

  #row(run) {
    const { runs } = this;
    const counts = inOrder([...runs.counts[run]]);
    const status = runs.word("statuses", run);
    return make(
      "li",
      { class: "run" },
      statusSign(status),
      make(
        "div",
        { class: "what" },
        make(
          "div",
          { class: "name" },
          make("a", { href: runs.hash(run) }, isolated(runs.title(run))),
        ),
        noted(
          runs.word("kinds", run),
          runs.environments[run],
          runs.word("groups", run),
          runs.purged[run] === "1" && "purged on the server",
        ),
      ),
      make(
        "div",
        { class: "share" },
        stack(counts),
        make("span", { class: "note" }, statusWords(counts) || "no results"),
      ),
      make("span", { class: "when" }, runs.when(run) > 0 && moment(runs.when(run))),
    );
  }

  /** The page of one run. */
  async one(run) {
    const { runs, snapshot, beside } = this;
    const fields = await runs.fields.of(run);
    const results = await runs.results();
    const comments = await commentsOf(beside, "run", runs.ids[run], snapshot.server);
    const others = Object.entries(fields).filter(([name]) => !RUN_SHOWN.has(name));
    return [
      pathOf(snapshot, [make("li", {}, make("a", { href: "#~runs" }, "Runs"))]),
      make("div", { class: "title" }, heading(runs.title(run))),
      this.#facts(run, fields),
      runs.purged[run] === "1" &&
        notice("The server has purged this run; the snapshot holds it from an earlier crawl."),
      this.#results(run, results),
      comments,
      fieldList(others, { folded: true }),
    ];
  }

  #facts(run, fields) {
    const { runs, snapshot } = this;
    const status = runs.word("statuses", run);
    const chips = [runs.word("kinds", run), runs.word("groups", run), runs.environments[run]];
    return make(
      "div",
      { class: "facts" },
      idLink(runs.hash(run), runs.ids[run]),
      make("span", { class: "chip" }, statusSign(status), isolated(status || NO_STATUS)),
      chips.filter(Boolean).map((each) => make("span", { class: "chip" }, isolated(each))),
      runs.ended[run] > 0
        ? make("span", { class: "fact" }, `ended ${moment(runs.ended[run])} UTC`)
        : runs.began[run] > 0 &&
            make("span", { class: "fact" }, `began ${moment(runs.began[run])} UTC, not ended`),
      serverLink(fields, snapshot.server),
    );
  }

  #results(run, results) {
    const { runs } = this;
    const own = results?.ofRun(run) ?? [];
    const counts = inOrder([...runs.counts[run]]);
    const bar = counts.length > 0 && [
      stack(counts),
      make("p", { class: "note" }, statusWords(counts)),
    ];
    if (!own.length) {
      const none = results ? "This run has no results." : "Its results are not in this snapshot.";
      return make(
        "section",
        {},
        make("h2", {}, "Results"),
        bar,
        make("p", { class: "empty" }, none),
      );
    }
    const list = new FilteredList({
      items: own,
      status: (i) => results.status(i),
      text: (i) =>
        [
          results.title(i),
          results.test[i] >= 0 ? this.snapshot.ids[results.test[i]] : "",
          this.snapshot.pathText(results.test[i]),
          results.example(i),
          results.messages[i],
        ].join("\n"),
      row: (i) => resultRow(results, i),
      look: "rows results",
      noun: "result",
      placeholder: "Search tests, suites, messages",
      kept: this.#asked(runs.hash(run)),
    });
    return make(
      "section",
      {},
      make("h2", {}, counted(own.length, "result")),
      stack(counts),
      list.element,
    );
  }
}

/** The results of a test, the newest run first; nothing if there are none. */
async function resultsOf(runs, item) {
  const results = await runs.results();
  const own = results?.ofTest(item) ?? [];
  if (!own.length) return null;
  own.sort((a, b) => runs.when(results.run[b]) - runs.when(results.run[a]) || a - b);
  const counts = results.tally(own);
  const row = (i) => resultRow(results, i, { ofTest: true });
  return make(
    "section",
    {},
    make("h2", {}, counted(own.length, "result")),
    stack(counts),
    make("p", { class: "note" }, statusWords(counts)),
    new LongList(own, row, "rows results").element,
  );
}
