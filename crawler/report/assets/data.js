// What the page knows: columns of all items at once, and each item's own fields when they are read.

/** What is in the packed block of this ID. */
async function packedIn(id) {
  // The index stands before this script; what comes after it may still be on its way.
  if (id !== "index") await afterLoad();
  try {
    const base64 = document.getElementById(id).textContent;
    const bytes = Uint8Array.fromBase64
      ? Uint8Array.fromBase64(base64)
      : Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  } catch (cause) {
    throw new Error("a part of the file is missing or damaged", { cause });
  }
}

/**
 * The snapshot. Items are numbered in document order: a suite, all that is below it, the next one.
 * `end[i]` is the number after the last item below i, `parent[i]` is -1 at the top.
 */
class Snapshot {
  constructor(index) {
    Object.assign(this, index);
    this.size = this.ids.length;
    this.parent = new Int32Array(this.size);
    this.end = new Int32Array(this.size);
    this.suitesBelow = new Int32Array(this.size);
    this.testsBelow = new Int32Array(this.size);
    this.place = new Int32Array(this.size);
    this.siblings = new Int32Array(this.size);
    this.byId = new Map();
    this.#arrange();
    this.server = safeAddress(this.head.project.url);
  }

  #arrange() {
    const open = [];
    const close = (depth, at) => {
      while (open.length > depth) this.end[open.pop()] = at;
    };
    const born = new Map();
    for (let i = 0; i < this.size; i++) {
      // The orphans begin a tree of their own.
      close(i === this.orphansFrom ? 0 : this.depths[i], i);
      const parent = open.length ? open[open.length - 1] : -1;
      this.parent[i] = parent;
      const family = parent === -1 && i >= this.orphansFrom ? -2 : parent;
      if (!born.has(family)) born.set(family, []);
      born.get(family).push(i);
      open.push(i);
      if (!this.byId.has(this.ids[i])) this.byId.set(this.ids[i], i);
    }
    close(0, this.size);
    for (const family of born.values()) {
      family.forEach((item, number) => {
        this.place[item] = number + 1;
        this.siblings[item] = family.length;
      });
    }
    for (let i = this.size - 1; i >= 0; i--) {
      const above = this.parent[i];
      if (above < 0) continue;
      this.suitesBelow[above] += this.suitesBelow[i] + (this.isTest(i) ? 0 : 1);
      this.testsBelow[above] += this.testsBelow[i] + (this.isTest(i) ? 1 : 0);
    }
  }

  isTest(i) {
    return this.kinds.charCodeAt(i) === 116; // t
  }

  isOrphan(i) {
    return i >= this.orphansFrom;
  }

  /** The suites above an item, from the root. */
  above(i) {
    const found = [];
    for (let each = this.parent[i]; each >= 0; each = this.parent[each]) found.unshift(each);
    return found;
  }

  /** The children of a suite; of -1, the roots; of -2, the orphans that nothing is above. */
  children(i) {
    const [from, to] =
      i >= 0
        ? [i + 1, this.end[i]]
        : i === -1
          ? [0, this.orphansFrom]
          : [this.orphansFrom, this.size];
    const found = [];
    for (let each = from; each < to; each = this.end[each]) found.push(each);
    return found;
  }

  /** The words of a facet (`states`, `priorities`, `tags`, `labels`, `results`) that an item has. */
  words(facet, i) {
    return wordsOf(this.facets[facet], i);
  }

  /** The titles of the suites above an item in one line; nothing for -1. */
  pathText(i) {
    if (i < 0) return "";
    return this.above(i)
      .map((each) => this.titles[each] || this.ids[each])
      .join(" / ");
  }

  hash(i) {
    return this.byId.get(this.ids[i]) === i ? `#${encodeURIComponent(this.ids[i])}` : `#~${i}`;
  }

  /** The item that an address names, -1 for none. */
  named(hash) {
    const name = decoded(hash.replace(/^#/, ""));
    if (this.byId.has(name)) return this.byId.get(name);
    const number = /^~(\d+)$/.exec(name);
    return number && Number(number[1]) < this.size ? Number(number[1]) : -1;
  }
}

/** The words of a facet that a row has. */
function wordsOf({ words, of }, row) {
  const own = of[row];
  if (Array.isArray(own)) return own.map((each) => words[each]);
  return own >= 0 ? [words[own]] : [];
}

/** A part of an address as it was before it was put there; itself if it never was. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** When all blocks are in the page: the first look does not wait for them. */
function afterLoad() {
  if (document.readyState !== "loading") return null;
  return new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
}

/** The fields of many rows, in blocks that are unpacked when somebody looks or searches. */
class Fields {
  #blocks = new Map();

  constructor(name, starts, size) {
    Object.assign(this, { name, starts, size });
  }

  /** How many blocks there are. */
  get count() {
    return this.starts.length;
  }

  /** The fields of the rows of one block. */
  async block(number) {
    return packedIn(`${this.name}-${number}`);
  }

  /** The fields of one row; the last few blocks are kept, so that the next one is there. */
  async of(i) {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= i) low = middle;
      else high = middle - 1;
    }
    if (!this.#blocks.has(low)) {
      if (this.#blocks.size >= 4) this.#blocks.delete(this.#blocks.keys().next().value);
      this.#blocks.set(low, this.block(low));
    }
    return (await this.#blocks.get(low))[i - this.starts[low]];
  }
}
