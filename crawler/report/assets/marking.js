// Marks of what was searched: in rows as elements, in the content as the browser's own highlight.

const MOST_MARKS = 2000;

/** Marks the terms in the text that is shown, where the browser can. */
function highlight(content, searched) {
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.clear();
  if (!searched.length) return;
  const ranges = [];
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()) && ranges.length < MOST_MARKS;) {
    for (const [start, end] of places(node.data, searched)) {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, end);
      ranges.push(range);
    }
  }
  CSS.highlights.set("searched", new Highlight(...ranges));
}

/** Where the terms stand in a text; nowhere where its lower case has another length. */
function* places(text, searched) {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return;
  for (const term of searched) {
    for (let at = lower.indexOf(term); at >= 0; at = lower.indexOf(term, at + term.length))
      yield [at, at + term.length];
  }
}

/** The text with what was searched marked; as it is where its lower case has another length. */
function marked(text, searched) {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return [text];
  const parts = [];
  for (let at = 0; at < text.length;) {
    const [start, term] = searched
      .map((each) => [lower.indexOf(each, at), each])
      .filter(([place]) => place >= 0)
      .sort(([a, one], [b, other]) => a - b || other.length - one.length)[0] ?? [text.length, ""];
    parts.push(
      text.slice(at, start),
      term && make("mark", {}, text.slice(start, start + term.length)),
    );
    at = start + term.length;
  }
  return parts.filter(Boolean);
}
