// The page as a whole: what is asked for and what is shown.

const FACETS = {
  states: "any state",
  priorities: "any priority",
  tags: "any tag",
  labels: "any label",
  results: "any last result",
};
const MOST_CHOICES = 2000;
const TYPING = 120; // ms without a key before a search
const FOLLOWING = 90; // ms that a row is stayed on before it is shown

const byId = (id) => document.getElementById(id);

class Page {
  #shown = "";
  #typing = 0;
  #following = 0;
  #search = null;

  constructor(index) {
    this.snapshot = new Snapshot(index);
    this.fields = new Fields("block", index.starts, this.snapshot.size);
    const beside = new Beside(index.lists);
    this.runs = new Runs(index.runs, this.snapshot, index.results > 0);
    this.runPages = new RunPages(this.snapshot, this.runs, beside);
    this.beside = beside;
    this.found = null;
    this.reading = 0;
    this.tree = new Tree(byId("tree"), this.snapshot, (item, now) => this.#chosen(item, now));
    this.itemPage = new ItemPage(this.snapshot, this.runs, beside, {
      filter: (facet, word) => this.#filterBy(facet, word),
      next: (item, step) => this.tree.next(item, step),
    });
    this.projectPage = new ProjectPage(this.snapshot, {
      runs: this.runs.size,
      results: index.results,
      latest: () => this.runPages.latest(),
      lists: () => otherLists(beside),
      filter: (facet, word) => this.#filterBy(facet, word),
    });
    this.query = byId("query");
    this.content = byId("content");
  }

  /** Made when it is first needed: what is seen at once does not wait for it. */
  get search() {
    this.#search ??= new Search(this.snapshot);
    return this.#search;
  }

  async start() {
    this.#head();
    this.#choices();
    this.#listen();
    if (this.snapshot.size <= 60) this.tree.opened.fill(1);
    this.tree.refresh();
    this.#count();
    await this.#route({ show: location.hash.length > 1 });
    reached("shown");
    await new Promise((done) => setTimeout(done));
    await this.search.read(this.fields, (part) => this.#read(part));
    reached("searchable");
  }

  #head() {
    const { head } = this.snapshot;
    byId("partial").hidden = head.complete;
    byId("part").hidden = !this.snapshot.part;
    byId("to-runs").hidden = !this.runs.size;
    byId("to-runs").textContent = counted(this.runs.size, "run");
    byId("project").replaceChildren(isolated(head.project.title || head.project.id));
    byId("counts").textContent =
      `${counted(head.counts.suites, "suite")}, ${counted(head.counts.tests, "test")}`;
  }

  #choices() {
    for (const [facet, any] of Object.entries(FACETS)) {
      const { counts } = tally(this.snapshot, facet, null);
      const select = byId(facet);
      select.replaceChildren(make("option", { value: "" }, any));
      for (const [each, number] of counts.slice(0, MOST_CHOICES))
        select.append(
          make(
            "option",
            { value: each },
            `${printable(each).slice(0, 80)} (${NUMBERS.format(number)})`,
          ),
        );
      select.disabled = !counts.length;
      if (facet === "results") select.hidden = !counts.length;
    }
  }

  #listen() {
    this.query.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#find(), TYPING);
    });
    this.query.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#find();
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      event.preventDefault();
      if (!byId("tree").classList.contains("empty")) byId("tree").focus();
    });
    for (const facet of Object.keys(FACETS))
      byId(facet).addEventListener("change", () => this.#find());
    byId("clear").addEventListener("click", () => (this.clear(), this.query.focus()));
    byId("to-tree").addEventListener("click", () => this.toTree());
    byId("skip").addEventListener("click", () => this.focusMain());
    byId("help").addEventListener("click", () => byId("keys").showModal());
    byId("theme").addEventListener("click", () => setTheme(theme() === "dark" ? "light" : "dark"));
    for (const each of ["project", "to-runs"])
      byId(each).addEventListener("click", () => this.pane("main"));
    byId("single").checked = memory.get("single-keys") !== "off";
    byId("single").addEventListener("change", (event) =>
      memory.set("single-keys", event.target.checked ? "on" : "off"),
    );
    addEventListener("hashchange", () => this.#route({ show: true, focus: true }));
    listenToKeys(this);
    addEventListener("beforeprint", () => madeWhole(this.content));
    this.content.addEventListener("click", (event) => {
      // A link to where we are changes no address, so nobody would hear of it.
      const link = event.target.closest("a[href^='#']");
      if (link && link.getAttribute("href") === (location.hash || "#")) event.preventDefault();
    });
  }

  #wanted() {
    return Object.fromEntries(Object.keys(FACETS).map((facet) => [facet, byId(facet).value]));
  }

  /** Shows what is asked for; `again`, when more texts are read, leaves the tree where it is. */
  #find(again = false) {
    clearTimeout(this.#typing);
    const query = this.query.value;
    const wanted = this.#wanted();
    const searched = terms(query);
    const isAll = !searched.length && Object.values(wanted).every((word) => !word);
    for (const facet of Object.keys(FACETS))
      byId(facet).classList.toggle("chosen", byId(facet).value !== "");
    this.found = isAll ? null : this.search.find(query, wanted);
    this.tree.filter(this.found, searched, again);
    byId("clear").hidden = isAll;
    this.#count();
    if (this.#shown === "project") this.#showProject();
    else if (isAll) this.tree.reveal(this.#item());
    highlight(this.content, this.#shown === "item" ? terms(this.query.value) : []);
  }

  clear() {
    this.query.value = "";
    for (const facet of Object.keys(FACETS)) byId(facet).value = "";
    this.#find();
  }

  #filterBy(facet, word) {
    const select = byId(facet);
    if (![...select.options].some((each) => each.value === word))
      select.append(make("option", { value: word }, printable(word)));
    select.value = word;
    this.#find();
    this.toTree();
  }

  #count() {
    const { snapshot, found } = this;
    let [suites, tests] = [0, 0];
    for (let i = 0; i < snapshot.size; i++) {
      if (found && !found[i]) continue;
      if (snapshot.isTest(i)) tests++;
      else suites++;
    }
    const counts = `${counted(tests, "test")}${suites ? `, ${counted(suites, "suite")}` : ""}`;
    const rest =
      this.reading < 1 && this.snapshot.size
        ? ` · reading texts, ${Math.floor(this.reading * 100)} %`
        : "";
    const all = snapshot.size ? counts : "This snapshot is empty.";
    const text = found ? (tests + suites ? `${counts} found` : "Nothing found") : all;
    // While texts are read the number changes often; only what was asked for is worth saying aloud.
    byId("found").textContent = text;
    byId("reading").textContent = rest;
    byId("tree").classList.toggle("empty", !tests && !suites);
  }

  #read(part) {
    const isStep = Math.floor(part * 4) > Math.floor(this.reading * 4);
    this.reading = part;
    byId("reading").textContent = part < 1 ? ` · reading texts, ${Math.floor(part * 100)} %` : "";
    if (isStep && terms(this.query.value).length) this.#find(true);
  }

  #chosen(item, now) {
    clearTimeout(this.#following);
    const hash = item === ORPHANS ? "#~orphans" : this.snapshot.hash(item);
    if (!now) {
      // Going through rows with the keys should not fill the history.
      this.#following = setTimeout(() => {
        history.replaceState(null, "", hash);
        this.#route({});
      }, FOLLOWING);
      return;
    }
    this.pane("main");
    if (location.hash === hash) this.focusMain();
    else location.hash = hash;
  }

  #item() {
    if (location.hash === "#~orphans" && !this.snapshot.byId.has("~orphans")) return ORPHANS;
    const item = this.snapshot.named(location.hash);
    return item < 0 ? null : item;
  }

  /** Shows what the address names. `show` turns a narrow screen to it, `focus` goes there. */
  async #route({ show = false, focus = false }) {
    const hash = location.hash;
    const item = this.#item();
    const page = await this.#pageOf(hash, item);
    // Somebody may have gone on meanwhile.
    if (location.hash !== hash) return;
    if (page) this.#show(...page);
    else this.#showProject(hash.length > 1 ? `There is nothing called ${named(hash)} here.` : "");
    this.tree.reveal(item);
    if (show) this.pane("main");
    if (focus) this.focusMain();
  }

  /** [kind, content, title] of the page at an address; null if that is the project, or nothing. */
  async #pageOf(hash, item) {
    if (item === ORPHANS) return ["orphans", this.projectPage.orphans(), "Orphans"];
    if (item !== null) {
      const content = this.itemPage.content(item, await this.fields.of(item));
      return ["item", content, this.snapshot.titles[item]];
    }
    if (hash === "#~runs" && this.runs.size) return ["runs", this.runPages.all(), "Runs"];
    const run = this.runs.named(hash);
    if (run >= 0) return ["run", await this.runPages.one(run), this.runs.title(run)];
    const list = /^#~list:(\w+)$/.exec(hash)?.[1] ?? "";
    if (!this.beside.has(list)) return null;
    return ["list", await listPage(this.snapshot, this.beside, list), capital(listName(list))];
  }

  #showProject(problem = "") {
    const content = this.projectPage.content(this.found);
    this.#show("project", problem ? [notice(problem), ...content] : content, "");
  }

  #show(kind, content, title) {
    this.#shown = kind;
    const project = this.snapshot.head.project.title || this.snapshot.head.project.id;
    document.title = printable([title.slice(0, 200), project].filter(Boolean).join(" · "));
    this.content.replaceChildren(make("article", {}, ...content));
    this.content.scrollTop = 0;
    highlight(this.content, this.#shown === "item" ? terms(this.query.value) : []);
  }

  /** On a narrow screen only one of `tree` and `main` is seen. */
  pane(name) {
    document.body.dataset.pane = name;
  }

  toTree() {
    this.pane("tree");
    byId("tree").focus();
  }

  focusMain() {
    this.content.querySelector("h1")?.focus({ preventScroll: true });
  }

  step(by) {
    const item = this.#item();
    const from = item === null || item === ORPHANS ? -1 : item;
    const to = this.tree.next(from, by);
    if (to !== null) location.hash = this.snapshot.hash(to);
  }
}

/** What an address names, as far as it can be said. */
function named(hash) {
  return printable(decoded(hash.slice(1)).slice(0, 80));
}
