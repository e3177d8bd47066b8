// What stands beside the tree: the runs with their results, comments, plans and the rest.

/** Lists that are unpacked when somebody looks; `counts` has the length of each by its name. */
class Beside {
  #lists = new Map();

  constructor(counts) {
    this.counts = counts;
  }

  has(name) {
    return (this.counts[name] ?? 0) > 0;
  }

  /** All items of a list; none if the snapshot has no such list. */
  async all(name) {
    if (!this.has(name)) return [];
    if (!this.#lists.has(name)) this.#lists.set(name, packedIn(`section-${name}`));
    return this.#lists.get(name);
  }

  /** The items of a list that belong to the `suite`, `test` or `run` of this ID. */
  async of(name, kind, id) {
    const own = `${kind}_id`;
    return (await this.all(name)).filter(
      (each) => own in each && written(each.belongs_to ?? each[own]) === id,
    );
  }
}

/** The runs, in the order of the snapshot; their results are unpacked when somebody looks. */
class Runs {
  #results = null;
  #byId = new Map();

  constructor(columns, snapshot, hasResults) {
    Object.assign(this, columns, { snapshot, hasResults });
    this.size = this.ids.length;
    this.fields = new Fields("run", this.starts, this.size);
    this.ids.forEach((id, run) => this.#byId.has(id) || this.#byId.set(id, run));
  }

  /** The one word of a facet (`statuses`, `kinds`, `groups`) that a run has, or nothing. */
  word(facet, run) {
    return wordsOf(this.facets[facet], run)[0] ?? "";
  }

  title(run) {
    return this.titles[run] || this.ids[run] || "(no title)";
  }

  /** Seconds since 1970 of the last that is known of a run, 0 for nothing. */
  when(run) {
    return this.ended[run] || this.began[run];
  }

  /** All runs, the newest first. */
  newest() {
    return Array.from({ length: this.size }, (_, run) => run).sort(
      (a, b) => this.when(b) - this.when(a) || a - b,
    );
  }

  hash(run) {
    const id = this.ids[run];
    return this.#byId.get(id) === run ? `#~run:${encodeURIComponent(id)}` : `#~run~${run}`;
  }

  /** The run that an address names, -1 for none. */
  named(hash) {
    const [, sign, name] = /^#~run([:~])(.*)$/s.exec(hash) ?? [];
    if (sign === ":") return this.#byId.get(decoded(name)) ?? -1;
    return /^\d+$/.test(name ?? "") && Number(name) < this.size ? Number(name) : -1;
  }

  /** The results of all runs. */
  async results() {
    this.#results ??= this.hasResults
      ? packedIn("result-columns").then((columns) => new Results(columns, this))
      : Promise.resolve(null);
    return this.#results;
  }
}

/** The results, numbered in the order of the snapshot. */
class Results {
  constructor(columns, runs) {
    Object.assign(this, columns, { runs, snapshot: runs.snapshot });
    this.size = this.run.length;
    this.fields = new Fields("result", this.starts, this.size);
    this.ofRun = grouped(this.run, runs.size);
    this.ofTest = grouped(this.test, runs.snapshot.size);
  }

  status(i) {
    return wordsOf(this.facets.statuses, i)[0] ?? "";
  }

  example(i) {
    return wordsOf(this.facets.examples, i)[0] ?? "";
  }

  title(i) {
    const own = wordsOf(this.facets.titles, i)[0];
    return own ?? (this.test[i] >= 0 ? this.snapshot.titles[this.test[i]] : "");
  }

  /** How many of these have each status, the worst first. */
  tally(results) {
    const counts = new Map();
    for (const i of results) counts.set(this.status(i), (counts.get(this.status(i)) ?? 0) + 1);
    return inOrder([...counts]);
  }
}

/** What gives, for a key, the numbers of all rows that have it, in their order. */
function grouped(keys, size) {
  const ends = new Int32Array(size + 1);
  for (const key of keys) if (key >= 0) ends[key + 1]++;
  for (let key = 0; key < size; key++) ends[key + 1] += ends[key];
  const next = ends.slice();
  const rows = new Int32Array(ends[size]);
  keys.forEach((key, row) => {
    if (key >= 0) rows[next[key]++] = row;
  });
  return (key) => Array.from(rows.subarray(ends[key], ends[key + 1]));
}

const STATUSES = ["failed", "", "skipped", "passed"];

/** [status, number] pairs with the worst first; what is not known stands in the middle. */
function inOrder(counts) {
  const place = ([status]) => {
    const known = STATUSES.indexOf(status.toLowerCase());
    return known < 0 ? 1 : known;
  };
  return counts.sort((a, b) => place(a) - place(b) || b[1] - a[1]);
}
