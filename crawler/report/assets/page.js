// The page as a whole: what is asked for, what is shown, and the keys.

const FACETS = { states: "state", priorities: "priority", tags: "tag", labels: "label" };
const MOST_CHOICES = 2000;
const TYPING = 120; // ms without a key before a search
const FOLLOWING = 90; // ms that a row is stayed on before it is shown

const byId = (id) => document.getElementById(id);

/** What the browser remembers for this page; some give a page from a mail no memory. */
const memory = {
  get(name) {
    try {
      return localStorage.getItem(`testomat-crawler-${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`testomat-crawler-${name}`, value);
    } catch {
      // Then it holds until the page is closed.
    }
  },
};

class Page {
  #shown = "";
  #typing = 0;
  #following = 0;
  #search = null;

  constructor(index) {
    this.snapshot = new Snapshot(index);
    this.fields = new Fields(index.starts, this.snapshot.size);
    this.found = null;
    this.reading = 0;
    this.tree = new Tree(byId("tree"), this.snapshot, (item, now) => this.#chosen(item, now));
    this.itemPage = new ItemPage(this.snapshot, {
      filter: (facet, word) => this.#filterBy(facet, word),
      next: (item, step) => this.tree.next(item, step),
    });
    this.projectPage = new ProjectPage(this.snapshot, (facet, word) => this.#filterBy(facet, word));
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
    byId("project").replaceChildren(isolated(head.project.title || head.project.id));
    byId("counts").textContent =
      `${counted(head.counts.suites, "suite")}, ${counted(head.counts.tests, "test")}`;
  }

  #choices() {
    for (const [facet, word] of Object.entries(FACETS)) {
      const { counts } = tally(this.snapshot, facet, null);
      const select = byId(facet);
      select.replaceChildren(make("option", { value: "" }, `any ${word}`));
      for (const [each, number] of counts.slice(0, MOST_CHOICES))
        select.append(
          make(
            "option",
            { value: each },
            `${printable(each).slice(0, 80)} (${NUMBERS.format(number)})`,
          ),
        );
      select.disabled = !counts.length;
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
    byId("clear").addEventListener("click", () => (this.#clear(), this.query.focus()));
    byId("to-tree").addEventListener("click", () => this.#toTree());
    byId("skip").addEventListener("click", () => this.#focusMain());
    byId("help").addEventListener("click", () => byId("keys").showModal());
    byId("theme").addEventListener("click", () => setTheme(theme() === "dark" ? "light" : "dark"));
    byId("project").addEventListener("click", () => this.#pane("main"));
    byId("single").checked = memory.get("single-keys") !== "off";
    byId("single").addEventListener("change", (event) =>
      memory.set("single-keys", event.target.checked ? "on" : "off"),
    );
    addEventListener("hashchange", () => this.#route({ show: true, focus: true }));
    document.addEventListener("keydown", (event) => this.#key(event));
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
    this.#highlight();
  }

  #clear() {
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
    this.#toTree();
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
    const text = found ? (tests + suites ? `${counts} found` : "Nothing found") : counts;
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
    this.#pane("main");
    if (location.hash === hash) this.#focusMain();
    else location.hash = hash;
  }

  #item() {
    if (location.hash === "#~orphans" && !this.snapshot.byId.has("~orphans")) return ORPHANS;
    const item = this.snapshot.named(location.hash);
    return item < 0 ? null : item;
  }

  /** Shows what the address names. `show` turns a narrow screen to it, `focus` goes there. */
  async #route({ show = false, focus = false }) {
    const item = this.#item();
    const hash = location.hash;
    if (item === null) {
      this.#showProject(
        hash.length > 1 ? `There is nothing called ${hash.slice(1, 80)} in this snapshot.` : "",
      );
    } else if (item === ORPHANS) {
      this.#show("orphans", this.projectPage.orphans(), "Orphans");
    } else {
      const fields = await this.fields.of(item);
      if (location.hash !== hash) return;
      this.#show("item", this.itemPage.content(item, fields), this.snapshot.titles[item]);
    }
    this.tree.reveal(item);
    if (show) this.#pane("main");
    if (focus) this.#focusMain();
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
    this.#highlight();
  }

  /** Marks what was searched in the text that is shown, where the browser can. */
  #highlight() {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.clear();
    const searched = this.#shown === "item" ? terms(this.query.value) : [];
    if (!searched.length) return;
    const ranges = [];
    const walker = document.createTreeWalker(this.content, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()) && ranges.length < 2000;) {
      const lower = node.data.toLowerCase();
      if (lower.length !== node.data.length) continue;
      for (const term of searched) {
        for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + term.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + term.length);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("searched", new Highlight(...ranges));
  }

  /** On a narrow screen only one of `tree` and `main` is seen. */
  #pane(name) {
    document.body.dataset.pane = name;
  }

  #toTree() {
    this.#pane("tree");
    byId("tree").focus();
  }

  #focusMain() {
    this.content.querySelector("h1")?.focus({ preventScroll: true });
  }

  #step(by) {
    const item = this.#item();
    const from = item === null || item === ORPHANS ? -1 : item;
    const to = this.tree.next(from, by);
    if (to !== null) location.hash = this.snapshot.hash(to);
  }

  #key(event) {
    const isTyping =
      event.target.matches("input, select, textarea") && event.target.type !== "checkbox";
    if (event.key === "Escape") this.#escape(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || byId("keys").open) return;
    if (!byId("single").checked) return;
    const actions = {
      "/": () => (this.#pane("tree"), this.query.focus(), this.query.select()),
      "?": () => byId("keys").showModal(),
      n: () => this.#step(1),
      j: () => this.#step(1),
      p: () => this.#step(-1),
      k: () => this.#step(-1),
      t: () => this.#toTree(),
      m: () => (this.#pane("main"), this.#focusMain()),
      h: () => (location.hash = ""),
      d: () => byId("theme").click(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #escape(event) {
    if (byId("keys").open) return;
    if (event.target === this.query) {
      if (this.query.value) this.#clear();
      else byId("tree").focus();
    } else if (this.content.contains(event.target)) {
      this.#toTree();
    } else if (this.found) this.#clear();
    else return;
    event.preventDefault();
  }
}

/** Notes how far the page is, and when, for whoever waits or measures. */
function reached(state) {
  document.documentElement.dataset.ready = state;
  performance.mark(state);
}

function theme() {
  return document.documentElement.dataset.theme;
}

function setTheme(name, remember = true) {
  document.documentElement.dataset.theme = name;
  byId("theme").setAttribute("aria-pressed", String(name === "dark"));
  byId("theme").replaceChildren(icon(name === "dark" ? "sun" : "moon"));
  if (remember) memory.set("theme", name);
}

function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = memory.get("theme");
  setTheme(["dark", "light"].includes(chosen) ? chosen : dark.matches ? "dark" : "light", false);
  dark.addEventListener(
    "change",
    () => memory.get("theme") || setTheme(dark.matches ? "dark" : "light", false),
  );
}

async function begin() {
  for (const each of document.querySelectorAll("[data-icon]"))
    each.prepend(icon(each.dataset.icon));
  followSystem();
  try {
    if (!globalThis.DecompressionStream) throw new Error("this browser is too old to unpack it");
    await new Page(await packedIn("index")).start();
  } catch (error) {
    byId("content").replaceChildren(
      make(
        "article",
        {},
        make("h1", {}, "This page cannot be shown"),
        notice(
          `The snapshot in it could not be read: ${error.message}. A current Chrome, Edge, Firefox or Safari can, if the file is whole.`,
        ),
      ),
    );
    throw error;
  }
}

begin();
