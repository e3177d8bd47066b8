// What several pages are made of: lists of items, headings, notices, fields.

const NO_TITLE = "(no title)";
const MOST_LISTED = 500;
const ENDLESS = 800; // characters of a title from which on only its beginning stands above the page
const MOST_LINKS = 200; // items of one field

/** Links to items, a line for each, with a note at the end. */
function itemList(snapshot, items, note) {
  const line = (i) => {
    const [state = ""] = snapshot.words("states", i);
    const sign = snapshot.isTest(i)
      ? make("span", { class: "state", "data-state": state })
      : icon(snapshot.folders[i] === "1" ? "folder" : "suite");
    const link = make("a", { href: snapshot.hash(i) }, isolated(snapshot.titles[i] || NO_TITLE));
    return make("li", {}, sign, link, make("span", { class: "note" }, note(i)));
  };
  const more = items.length - MOST_LISTED;
  const rest = `and ${NUMBERS.format(more)} more; the tree shows them all.`;
  return [
    make("ul", { class: "items" }, items.slice(0, MOST_LISTED).map(line)),
    more > 0 && make("p", { class: "note" }, rest),
  ];
}

/** The way from the project to here. */
function pathOf(snapshot, steps) {
  const project = make("a", { href: "#" }, isolated(snapshot.head.project.title || "Project"));
  return make(
    "nav",
    { class: "path", "aria-label": "Path" },
    make("ol", {}, make("li", {}, project), steps),
  );
}

/** The ID of what a page shows, as the link to it. */
function idLink(hash, id) {
  return make(
    "a",
    { class: "chip id", href: hash, title: "Link to this page" },
    icon("link"),
    isolated(id),
  );
}

/** Where the server shows it, if it says so. */
function serverLink(fields, server) {
  const address = typeof fields.to_url === "string" && safeAddress(fields.to_url, server);
  return (
    address && make("span", { class: "fact" }, outLink(address, null, "on the server ", icon("out")))
  );
}

/** How much a suite holds; nothing for a test. */
function sizeOf(snapshot, i) {
  if (snapshot.isTest(i)) return null;
  const suites = snapshot.suitesBelow[i] ? `${counted(snapshot.suitesBelow[i], "suite")}, ` : "";
  return suites + counted(snapshot.testsBelow[i], "test");
}

/** The heading of a page, which gets the focus when the page is shown. */
function heading(title, emoji = "") {
  const look = title.length > ENDLESS ? "long endless" : title.length > 160 && "long";
  const sign = emoji && make("span", { class: "emoji" }, `${emoji} `);
  return make("h1", { tabindex: "-1", class: look }, sign, isolated(title || NO_TITLE));
}

function notice(text) {
  return make("p", { class: "notice" }, icon("warning"), make("span", {}, text));
}

function gapWords(gap) {
  const numbers = gap.expected === undefined ? "" : ` (${gap.found ?? 0} of ${gap.expected})`;
  return printable(gap.reason) + numbers;
}

function written(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A dot in the colour of a label, if it has one. */
function colour(label, fields) {
  const included = Array.isArray(fields.included) ? fields.included : [];
  const own = included.find(
    (each) =>
      each?.type === "label" &&
      typeof each.attributes?.title === "string" &&
      label.startsWith(each.attributes.title),
  );
  return labelColour(own?.attributes?.color);
}

/** A dot in this colour, if it is one. */
function labelColour(value) {
  if (typeof value !== "string" || !/^#[0-9a-f]{3,8}$/i.test(value)) return null;
  const dot = make("span", { class: "dot" });
  dot.style.backgroundColor = value;
  return dot;
}

/** The attachments that a field names; nothing if there are none. */
function attachmentList(found, server, level = "h2") {
  if (!Array.isArray(found) || !found.length) return null;
  const entry = (each) => {
    const url = each?.url ?? each;
    const name = String(each?.name ?? url ?? "attachment");
    const link =
      typeof url === "string" ? outLink(url, server, isolated(name)) : isolated(written(each));
    const kind = typeof each?.type === "string" && printable(each.type);
    return make("li", {}, link, kind && make("span", { class: "note" }, ` ${kind}`));
  };
  const list = make("ul", { class: "plain" }, found.slice(0, MOST_LISTED).map(entry));
  return make("section", {}, make(level, {}, "Attachments"), list);
}

/** Names and values; `folded` shows them when they are asked for. IDs of items of `snapshot` are links. */
function fieldList(entries, { folded = false, snapshot = null } = {}) {
  if (!entries.length) return null;
  const line = ([name, value]) => [
    make("dt", {}, isolated(name)),
    make("dd", {}, fieldValue(value, snapshot)),
  ];
  const list = make("dl", { class: "fields" }, entries.map(line));
  if (!folded) return list;
  const title = make("summary", {}, `All other fields (${entries.length})`);
  return make("details", { class: "rest" }, title, list);
}

function fieldValue(value, snapshot) {
  if (value !== null && typeof value === "object") {
    const isShort = Array.isArray(value) && value.every((each) => typeof each === "string");
    if (!isShort) return codeBlock(JSON.stringify(value, null, 2));
    const items = snapshot ? value.map((each) => snapshot.byId.get(each)) : [];
    if (items.length && items.every((each) => each !== undefined))
      return itemList(snapshot, items.slice(0, MOST_LINKS), (i) => snapshot.pathText(i));
    return value.map(printable).join(", ") || "[]";
  }
  const text = String(value);
  if (text.includes("\n")) return codeBlock(text);
  return /^https?:\/\//.test(text) ? outLink(text, null, printable(text)) : printable(text);
}
