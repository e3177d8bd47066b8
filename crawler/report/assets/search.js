// Searching: one long lower-case text for each block of items, in which the engine's own `indexOf`
// looks. It is built bit by bit, so that the page can be used meanwhile.

const BREAK = "\n\u0000\n";

/** A text of many items, and which item a place in it belongs to. */
class Haystack {
  constructor(first, texts) {
    this.first = first;
    this.starts = new Int32Array(texts.length + 1);
    let at = 0;
    texts.forEach((text, number) => {
      this.starts[number] = at;
      at += text.length + BREAK.length;
    });
    this.starts[texts.length] = at;
    this.text = texts.join(BREAK);
  }

  /** Calls `found` with each item that has the term. */
  find(term, found) {
    let number = 0;
    for (
      let at = this.text.indexOf(term);
      at >= 0;
      at = this.text.indexOf(term, this.starts[number + 1])
    ) {
      number = this.#at(at, number);
      found(this.first + number);
    }
  }

  #at(place, low) {
    let high = this.starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** As texts are compared: whatever the case, and however accents are written. */
function plain(text) {
  return text.normalize("NFC").toLowerCase().normalize("NFC");
}

/** The words of a query; what stands in quotation marks is one. */
function terms(query) {
  const found = [...plain(query).matchAll(/"([^"]+)"?|[^\s"]+/g)].map((each) => each[1] ?? each[0]);
  return [...new Set(found)].filter((each) => each.trim());
}

const SEARCHED = [
  "description",
  "notes",
  "code",
  "file",
  "assigned_to",
  "issues",
  "jira_issues",
  "params",
  "attachments",
  "included",
];

/** All that is written in the fields that people search. */
function searchedText(fields) {
  const parts = [];
  for (const name of SEARCHED) if (name in fields) leaves(fields[name], parts);
  return plain(parts.join("\n"));
}

function leaves(value, parts) {
  if (typeof value === "string") parts.push(value);
  else if (Array.isArray(value)) for (const each of value) leaves(each, parts);
  else if (value && typeof value === "object")
    for (const each of Object.values(value)) leaves(each, parts);
}

class Search {
  constructor(snapshot) {
    this.snapshot = snapshot;
    this.texts = [];
    const names = snapshot.ids.map((id, i) =>
      plain(
        [
          snapshot.titles[i],
          id,
          ...snapshot.words("tags", i).map((tag) => `@${tag}`),
          ...snapshot.words("labels", i),
        ].join("\n"),
      ),
    );
    this.names = new Haystack(0, names);
  }

  /** Reads the texts of all blocks, and calls `progress` after each with the part that is done. */
  async read(fields, progress) {
    for (let number = 0; number < fields.count; number++) {
      const block = await fields.block(number);
      this.texts.push(new Haystack(fields.starts[number], block.map(searchedText)));
      progress((number + 1) / fields.count);
      // Typing and scrolling go first.
      await new Promise((done) => setTimeout(done));
    }
  }

  /**
   * Which items are asked for: 1 for each in an array. A word may stand in an item or in the name
   * of a suite above it. `wanted` has a word for each facet that is chosen; suites have none, so
   * where one is chosen only tests are found.
   */
  find(query, wanted) {
    const found = new Uint8Array(this.snapshot.size).fill(1);
    for (const term of terms(query)) this.#keep(found, this.#having(term));
    const chosen = Object.entries(wanted).filter(([, word]) => word !== "");
    for (const [facet, word] of chosen) this.#keep(found, this.#with(facet, word));
    return found;
  }

  #keep(found, having) {
    for (let i = 0; i < found.length; i++) found[i] &= having[i];
  }

  #having(term) {
    const { snapshot } = this;
    const having = new Uint8Array(snapshot.size);
    this.names.find(term, (i) => having.fill(1, i, snapshot.end[i]));
    for (const each of this.texts) each.find(term, (i) => (having[i] = 1));
    return having;
  }

  #with(facet, word) {
    const { snapshot } = this;
    const { words, of } = snapshot.facets[facet];
    const number = words.indexOf(word);
    const having = new Uint8Array(snapshot.size);
    for (let i = 0; i < having.length; i++) {
      if (!snapshot.isTest(i)) continue;
      const own = of[i];
      having[i] = Array.isArray(own) ? own.includes(number) : own === number;
    }
    return having;
  }
}
