// What stands within a paragraph of Markdown: emphasis, code, links. The elements themselves are
// the list of what was read so far; a pair of marks takes in what stands between its two texts.

const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const AUTOLINK = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/iy;
const MAIL = /<([\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*)>/y;
const BARE = /(?:https?:\/\/|www\.)[^\s<>"`|]{1,2000}/iy;
const TITLE = /"(?:[^"\\]|\\.){0,999}"|'(?:[^'\\]|\\.){0,999}'|\((?:[^()\\]|\\.){0,999}\)/sy;
const LINE_BREAK = /<br[ \t]*\/?>/iy;
const PLAIN = /[^\\`*_~[\]!<&\nhw]+/iy;
const SPACE = /^[\s]?$/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

const unescaped = (text) => text.replace(ESCAPED, "$1");
const referred = (name) => name.trim().replace(/\s+/g, " ").toLowerCase();

/** The elements and texts of a paragraph, in a fragment. */
function inline(text, context) {
  const root = document.createDocumentFragment();
  if (text.length > LONGEST) root.append(printable(text));
  else new Inline(text, context, root).parse();
  return root;
}

class Inline {
  constructor(text, context, root) {
    Object.assign(this, { text, context, root, at: 0 });
    this.marks = []; // runs of * _ ~ that may still become emphasis
    this.brackets = [];
    this.missing = new Set(); // lengths of runs of backticks that are not closed any more
  }

  parse() {
    while (this.at < this.text.length) this.#next();
    emphasised(this.marks);
    this.root.normalize();
  }

  #match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  #add(text) {
    const node = document.createTextNode(printable(text));
    this.root.append(node);
    return node;
  }

  #next() {
    const plainText = this.#match(PLAIN);
    if (plainText) {
      this.#add(plainText[0]);
      return;
    }
    switch (this.text[this.at]) {
      case "\\":
        return this.#backslash();
      case "`":
        return this.#code();
      case "*":
      case "_":
      case "~":
        return this.#run();
      case "[":
        return this.#open("[");
      case "!":
        return this.text[this.at + 1] === "[" ? this.#open("![") : this.#one();
      case "]":
        return this.#close();
      case "<":
        return this.#angle();
      case "&":
        return this.#entity();
      case "\n":
        return this.#newline();
      default:
        return this.#bare();
    }
  }

  #one() {
    this.#add(this.text[this.at++]);
  }

  #backslash() {
    const next = this.text[this.at + 1];
    if (next === "\n") {
      this.at += 2;
      this.root.append(make("br"));
    } else if (next && /[!-/:-@[-`{-~]/.test(next)) {
      this.#add(next);
      this.at += 2;
    } else this.#one();
  }

  #code() {
    const [run] = this.#match(/`+/y);
    if (!this.missing.has(run.length)) {
      const closing = /`+/g;
      closing.lastIndex = this.at;
      for (let found; (found = closing.exec(this.text));) {
        if (found[0].length !== run.length) continue;
        const inner = this.text.slice(this.at, found.index).replace(/\n/g, " ");
        const isPadded = /^ .* $/s.test(inner) && inner.trim();
        this.root.append(make("code", {}, printable(isPadded ? inner.slice(1, -1) : inner)));
        this.at = closing.lastIndex;
        return;
      }
      this.missing.add(run.length);
    }
    this.#add(run);
  }

  #run() {
    const before = characterBefore(this.text, this.at);
    const [run] = this.#match(/([*_~])\1*/y);
    const after = characterAt(this.text, this.at);
    const node = this.#add(run);
    const isLeft =
      !SPACE.test(after) &&
      (!PUNCTUATION.test(after) || SPACE.test(before) || PUNCTUATION.test(before));
    const isRight =
      !SPACE.test(before) &&
      (!PUNCTUATION.test(before) || SPACE.test(after) || PUNCTUATION.test(after));
    const word = run[0] === "_";
    const opens = isLeft && (!word || !isRight || PUNCTUATION.test(before));
    const closes = isRight && (!word || !isLeft || PUNCTUATION.test(after));
    this.marks.push({ sign: run[0], length: run.length, whole: run.length, node, opens, closes });
  }

  #open(sign) {
    this.at += sign.length;
    const node = this.#add(sign);
    this.brackets.push({
      node,
      isPicture: sign === "![",
      marks: this.marks.length,
      from: this.at,
      active: true,
    });
  }

  #close() {
    const opening = this.brackets.pop();
    const end = this.at++;
    const target = opening?.active ? this.#target(opening, end) : null;
    if (target === null) {
      this.#add("]");
      return;
    }
    emphasised(this.marks.splice(opening.marks));
    const inner = following(opening.node);
    const box = make("span");
    box.append(...inner);
    // A link or a picture within is only its text: no link stands in a link.
    for (const each of box.querySelectorAll("a")) each.replaceWith(...each.childNodes);
    const content = [...box.childNodes];
    opening.node.replaceWith(
      opening.isPicture ? this.#picture(target, box.textContent) : this.#link(target, content),
    );
    if (!opening.isPicture)
      for (const each of this.brackets) if (!each.isPicture) each.active = false;
  }

  #link(target, content) {
    return outLink(target, this.context.server, content);
  }

  #picture(target, text) {
    const words = text.trim() || target.split("/").at(-1).slice(0, 80) || "picture";
    const link = outLink(target, this.context.server, icon("picture"), printable(words));
    link.classList.add("picture");
    return link;
  }

  /** The address after a closing bracket, or null if the brackets are only brackets. */
  #target(opening, end) {
    return this.#given() ?? this.#referred(opening, end);
  }

  #given() {
    if (this.text[this.at] !== "(") return null;
    const from = this.at++;
    this.#match(/\s*/y);
    const target = this.#match(/<((?:[^<>\n\\]|\\.){0,2000})>/y)?.[1] ?? this.#balanced();
    const spaced = this.#match(/\s+/y);
    if (spaced) this.#match(TITLE);
    this.#match(/\s*/y);
    if (this.text[this.at] === ")") {
      this.at++;
      return entities(unescaped(target));
    }
    this.at = from;
    return null;
  }

  #balanced() {
    const from = this.at;
    for (let depth = 0; this.at < this.text.length; this.at++) {
      const each = this.text[this.at];
      if (/[\s\u0000-\u001f]/.test(each)) break;
      if (each === "\\") this.at++;
      else if (each === "(" && ++depth > 32) break;
      else if (each === ")" && --depth < 0) break;
    }
    this.at = Math.min(this.at, this.text.length);
    return this.text.slice(from, this.at);
  }

  #referred(opening, end) {
    const { references } = this.context;
    if (!references.size) return null;
    const label = /\[((?:[^\\[\]]|\\.){0,999})\]/y;
    label.lastIndex = this.at;
    const found = label.exec(this.text);
    const name = referred(
      found?.[1] || this.text.slice(opening.from, Math.min(end, opening.from + 999)),
    );
    if (!references.has(name)) return null;
    if (found) this.at = label.lastIndex;
    return references.get(name);
  }

  #angle() {
    if (this.#match(LINE_BREAK)) {
      this.root.append(make("br"));
      return;
    }
    const address = this.#match(AUTOLINK)?.[1];
    const mail = address ? null : this.#match(MAIL)?.[1];
    if (address || mail) this.root.append(bareLink(address ?? `mailto:${mail}`, address ?? mail));
    else this.#one();
  }

  #entity() {
    const found = this.#match(ENTITY);
    if (found) this.#add(entity(found));
    else this.#one();
  }

  #newline() {
    const last = this.root.lastChild;
    this.#match(/\n[ \t]*/y);
    let blanks = 0;
    if (last?.nodeType === Node.TEXT_NODE) {
      while (last.data.at(-1 - blanks) === " ") blanks++;
      last.data = last.data.slice(0, last.data.length - blanks);
    }
    this.root.append(blanks >= 2 ? make("br") : "\n");
  }

  /** An address that stands in the text as it is. */
  #bare() {
    const isInWord = /[\p{L}\p{N}_]/u.test(characterBefore(this.text, this.at));
    const found = this.#match(BARE);
    if (!found || isInWord) {
      this.at -= found ? found[0].length : 0;
      this.#one();
      return;
    }
    let address = found[0];
    for (let last; (last = /(?:[?!.,:*_~'";]|&[a-z]+;)$/i.exec(address));)
      address = address.slice(0, last.index);
    while (address.endsWith(")") && address.split(")").length > address.split("(").length)
      address = address.slice(0, -1);
    this.at -= found[0].length - address.length;
    if (/^www\.$/i.test(address) || (!address.includes(".") && !/^https?:\/\/\w/i.test(address)))
      this.#add(address);
    else
      this.root.append(bareLink(/^www/i.test(address) ? `https://${address}` : address, address));
  }
}

/** A link whose text is its address. */
function bareLink(address, text) {
  const link = outLink(address, null, printable(text));
  link.classList.add("bare");
  return link;
}

function characterBefore(text, at) {
  const found = /(?:[\ud800-\udbff][\udc00-\udfff]|[^])$/.exec(text.slice(Math.max(0, at - 2), at));
  return found ? found[0] : "";
}

function characterAt(text, at) {
  return at < text.length ? String.fromCodePoint(text.codePointAt(at)) : "";
}

/** The nodes that stand after one, up to the last. */
function following(node) {
  const found = [];
  for (let next = node.nextSibling; next; next = next.nextSibling) found.push(next);
  return found;
}
