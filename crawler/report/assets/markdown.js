// Markdown (CommonMark's common part, with tables, task lists and strikethrough) to elements.
// HTML in it is shown as the text that it is, pictures become links, and nothing is fetched.

const DEEPEST = 30; // levels of quotes, lists and emphasis; what is deeper stays as it is written
const LONGEST = 200_000; // characters of one paragraph; a longer one is shown as written

const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)/;
const MARKS = /^(?: {0,3}> ?| {0,3}(?:[-*+]|\d{1,9}[.)]) +)+/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const DIVIDER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const DEFINITION =
  /^ {0,3}\[((?:[^\\[\]]|\\.)+)\]:[ \t]*(<[^<>]*>|[^\s<]\S*)(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$/;
const TASK = /^\[([ xX])\](?:[ \t]+|$)/;

/**
 * The text as elements. `server` completes addresses that begin with a slash; `level` is that of
 * the first heading, below which no level is left out.
 */
function markdown(text, { server = null, level = 3 } = {}) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map(untabbed);
  const context = { server, references: defined(lines), headings: [] };
  const root = document.createDocumentFragment();
  root.append(...new Blocks(context, 0).parse(lines));
  levelled(context.headings, level);
  return root;
}

/** The line with the tabs that it begins with, marks of quotes and items included, as spaces. */
function untabbed(line) {
  const start = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*/.exec(line)[0];
  if (!start.includes("\t")) return line;
  let spaced = "";
  for (const each of start) spaced += each === "\t" ? " ".repeat(4 - (spaced.length % 4)) : each;
  return spaced + line.slice(start.length);
}

/** The addresses that texts refer to by name, wherever they are told. */
function defined(lines) {
  const found = new Map();
  let fence = null;
  let begins = true;
  for (const line of lines) {
    fence = stillFenced(fence, line);
    const definition = begins && !fence ? DEFINITION.exec(line.replace(QUOTE, "")) : null;
    if (definition) {
      const name = referred(definition[1]);
      if (!found.has(name)) found.set(name, unescaped(definition[2].replace(/^<|>$/g, "")));
    }
    begins = definition !== null || isBlank(line);
  }
  return found;
}

/** Gives the headings levels without a gap, for those who go from heading to heading. */
function levelled(headings, first) {
  const used = [...new Set(headings.map((each) => each.level))].sort();
  let last = first - 1;
  for (const { element, level } of headings) {
    last = Math.min(first + used.indexOf(level), last + 1, 6);
    const own = make(`h${last}`, { class: `md-h${level}` });
    own.append(...element.childNodes);
    element.replaceWith(own);
  }
}

const isBlank = (line) => /^[ \t]*$/.test(line);

class Blocks {
  constructor(context, depth) {
    this.context = context;
    this.depth = depth;
  }

  /** The elements of these lines; `loose` tells afterwards whether blank lines part them. */
  parse(lines) {
    this.lines = lines;
    this.at = 0;
    this.loose = false;
    const found = [];
    while (this.at < lines.length) {
      if (isBlank(lines[this.at])) {
        this.at++;
        continue;
      }
      this.loose ||= found.length > 0 && isBlank(lines[this.at - 1]);
      found.push(...this.#block());
    }
    return found;
  }

  #block() {
    const line = this.lines[this.at];
    const deep = this.depth >= DEEPEST;
    if (/^ {4}/.test(line)) return this.#indented();
    if (FENCE.test(line)) return this.#fenced();
    if (HEADING.test(line)) return this.#heading();
    if (RULE.test(line)) return (this.at++, [make("hr")]);
    if (QUOTE.test(line) && !deep) return this.#quote();
    if (ITEM.test(line) && !deep) return this.#list();
    return this.#table() ?? this.#paragraph();
  }

  #indented() {
    const from = this.at;
    while (this.at < this.lines.length && /^(?: {4}|[ \t]*$)/.test(this.lines[this.at])) this.at++;
    const code = this.lines.slice(from, this.at).map((line) => line.slice(4));
    while (isBlank(code.at(-1))) code.pop();
    return [codeBlock(`${code.join("\n")}\n`)];
  }

  #fenced() {
    const [, indent, fence, info] = FENCE.exec(this.lines[this.at++]);
    const closing = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},}[ \\t]*$`);
    const margin = new RegExp(`^ {0,${indent.length}}`);
    const code = [];
    while (this.at < this.lines.length && !closing.test(this.lines[this.at])) {
      code.push(this.lines[this.at++].replace(margin, ""));
    }
    this.at++;
    return [codeBlock(code.map((line) => `${line}\n`).join(""), info.trim().split(/\s+/)[0])];
  }

  #heading() {
    const [, marks, text = ""] = HEADING.exec(this.lines[this.at++]);
    return [this.#headed(marks.length, unmarked(text.trim()))];
  }

  #headed(level, text) {
    const element = make("div", {}, inline(text, this.context));
    this.context.headings.push({ element, level });
    return element;
  }

  #quote() {
    const inner = [];
    while (this.at < this.lines.length) {
      const line = this.lines[this.at];
      const lazy = inner.length && this.#continues(inner.at(-1), line);
      if (!QUOTE.test(line) && !lazy) break;
      inner.push(line.replace(QUOTE, ""));
      this.at++;
    }
    return [make("blockquote", {}, new Blocks(this.context, this.depth + 1).parse(inner))];
  }

  /** Whether a line without the mark of a quote or an item goes on with the paragraph above it. */
  #continues(before, line) {
    const isText = (each) => !isBlank(each) && !interrupts(each);
    return (
      isText(before.replace(MARKS, "")) &&
      isText(line) &&
      !ITEM.test(line) &&
      !/^ {4}/.test(before) &&
      !UNDERLINE.test(line)
    );
  }

  #list() {
    const [, , first] = ITEM.exec(this.lines[this.at]);
    const kind = first.at(-1);
    const items = [];
    let loose = false;
    for (let blank = false; this.at < this.lines.length;) {
      const line = this.lines[this.at];
      const mark = ITEM.exec(line);
      if (!mark || mark[2].at(-1) !== kind || RULE.test(line)) break;
      loose ||= blank;
      const inner = this.#item(mark);
      blank = isBlank(this.lines[this.at - 1]);
      const blocks = new Blocks(this.context, this.depth + 1);
      items.push(entry(blocks, inner));
      loose ||= blocks.loose;
    }
    if (!loose) items.forEach(tightened);
    const start = parseInt(first, 10);
    const ordered = !Number.isNaN(start);
    const isTasks = items.some((each) => each.classList.contains("task"));
    const attributes = { start: ordered && start !== 1 && start, class: isTasks && "tasks" };
    return [make(ordered ? "ol" : "ul", attributes, items)];
  }

  /** The lines of one item. */
  #item([mark, indent, marker, space]) {
    const first = this.lines[this.at].slice(mark.length);
    const wide = space.length > 4 || isBlank(first);
    const width = indent.length + marker.length + (wide ? 1 : space.length);
    const inner = [wide ? this.lines[this.at].slice(width) : first];
    const margin = new RegExp(`^ {${width}}`);
    let fence = null;
    let blanks = 0;
    for (this.at++; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at];
      fence = stillFenced(fence, inner.at(-1));
      if (isBlank(line)) {
        blanks++;
        continue;
      }
      // An item may begin with one blank line at most.
      if (blanks && inner.length === 1 && isBlank(inner[0])) break;
      const lazy = !blanks && !fence && this.#continues(inner.at(-1), line);
      if (!margin.test(line) && !lazy) break;
      for (; blanks; blanks--) inner.push("");
      inner.push(line.replace(margin, ""));
    }
    return inner;
  }

  /** Whether a table begins at a line: names, and below them a divider with as many cells. */
  #isTable(at) {
    const [head, divider] = [this.lines[at], this.lines[at + 1]];
    if (divider === undefined || !head.includes("|") || !DIVIDER.test(divider)) return false;
    return !/^ {4}/.test(head) && cells(head).length === cells(divider).length;
  }

  #table() {
    if (!this.#isTable(this.at)) return null;
    const [names, divider] = [cells(this.lines[this.at]), cells(this.lines[this.at + 1])];
    const aligns = divider.map((each) => [each.startsWith(":"), each.endsWith(":")]);
    this.at += 2;
    const rows = [];
    while (
      this.at < this.lines.length &&
      !isBlank(this.lines[this.at]) &&
      !interrupts(this.lines[this.at])
    ) {
      rows.push(cells(this.lines[this.at++]));
    }
    const row = (name, texts) =>
      make(
        "tr",
        {},
        aligns.map(([left, right], column) => {
          const align = left && right ? "center" : right ? "right" : left ? "left" : null;
          const text = texts[column] ?? "";
          // A head without a word heads nothing.
          const own = text ? name : "td";
          return make(
            own,
            { class: align, scope: own === "th" ? "col" : null },
            inline(text, this.context),
          );
        }),
      );
    const body =
      rows.length > 0 &&
      make(
        "tbody",
        {},
        rows.map((texts) => row("td", texts)),
      );
    return [
      make(
        "div",
        { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" },
        make("table", {}, make("thead", {}, row("th", names)), body),
      ),
    ];
  }

  #paragraph() {
    const from = this.at;
    let heading = 0;
    for (this.at++; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at];
      const under = UNDERLINE.exec(line);
      if (under) {
        heading = under[1][0] === "=" ? 1 : 2;
        break;
      }
      if (isBlank(line) || interrupts(line) || this.#isTable(this.at)) break;
    }
    const lines = this.lines.slice(from, this.at);
    while (lines.length && DEFINITION.test(lines[0])) lines.shift();
    if (heading && lines.length) this.at++;
    if (!lines.length) return [];
    const text = lines
      .map((line) => line.replace(/^[ \t]+/, ""))
      .join("\n")
      .trimEnd();
    if (heading) return [this.#headed(heading, text)];
    return [make("p", {}, inline(text, this.context))];
  }
}

/** A heading without the signs that may stand after it too. */
function unmarked(text) {
  let end = text.length;
  while (text[end - 1] === "#") end--;
  return end > 0 && !/[ \t]/.test(text[end - 1]) ? text : text.slice(0, end).trimEnd();
}

/** Whether the line ends a paragraph without a blank line before it. */
function interrupts(line) {
  const item = ITEM.exec(line);
  const starts =
    item &&
    !isBlank(line.slice(item[0].length)) &&
    (!/\d/.test(item[2]) || parseInt(item[2], 10) === 1);
  return starts || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line);
}

/** The fence that is open after a line, null for none. */
function stillFenced(open, line) {
  const found = FENCE.exec(line);
  if (!found) return open;
  const [, , fence, info] = found;
  if (!open) return fence;
  return fence[0] === open[0] && fence.length >= open.length && !info ? null : open;
}

function entry(blocks, lines) {
  const task = TASK.exec(lines[0] ?? "");
  if (!task) return make("li", {}, blocks.parse(lines));
  const content = blocks.parse([lines[0].slice(task[0].length), ...lines.slice(1)]);
  const done = task[1] !== " ";
  const label = done ? "done" : "not done";
  const box = make("span", { class: done ? "box done" : "box", role: "img", "aria-label": label });
  return make("li", { class: "task" }, box, content);
}

/** Takes the paragraphs of an item out of their elements, as lists without blank lines have it. */
function tightened(item) {
  for (const each of [...item.children])
    if (each.localName === "p") each.replaceWith(...each.childNodes);
}

function codeBlock(text, language = "") {
  const code = make(
    "code",
    { class: language && "named", "data-language": language && printable(language).slice(0, 30) },
    printable(text),
  );
  // It may be wider than the page, so it can be scrolled with the keys too.
  return make("pre", { tabindex: "0" }, code);
}

/** The cells of a row. */
function cells(line) {
  const found = [];
  let cell = "";
  const text = line.trim().replace(/^\|/, "");
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && text[at + 1] === "|") cell += text[++at];
    else if (text[at] === "|") (found.push(cell), (cell = ""));
    else cell += text[at];
  }
  if (cell.trim()) found.push(cell);
  return found.map((each) => each.trim());
}
