// Elements are only ever made here, from text: nothing of the snapshot is parsed as HTML.

/** An element. Attributes that are null, undefined or false are left out; `on…` is a listener. */
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...kept(content));
  return element;
}

function kept(content) {
  return content
    .flat(Infinity)
    .filter((each) => each !== null && each !== undefined && each !== false);
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a picture. */
function draw(name, attributes = {}, ...content) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...kept(content));
  return element;
}

const ICONS = {
  folder: "M1.5 4.2v8.3h13V5.3H7.6L6.1 3.5H1.5z",
  suite: "M3.5 1.5h6l3 3v10h-9zM9.3 1.7v3h3M5.8 8h4.6M5.8 10.7h4.6",
  caret: "M6 3.5 10.5 8 6 12.5",
  back: "M10 3 5 8l5 5",
  up: "M3 10l5-5 5 5",
  down: "M3 6l5 5 5-5",
  sun: "M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4M8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9 4 4M12 12l1.1 1.1M2.9 13.1 4 12M12 4l1.1-1.1",
  moon: "M13.2 10A5.8 5.8 0 0 1 6 2.8 5.8 5.8 0 1 0 13.2 10z",
  link: "M6.5 9.5l3-3M7 4.5l1.4-1.4a2.9 2.9 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.4 1.4a2.9 2.9 0 0 1-4.5-4.5L4.5 7",
  warning: "M8 2 14.8 13.8H1.2zM8 6.5v3.6M8 11.7v.6",
  picture: "M1.8 2.8h12.4v10.4H1.8zM2 11l3.5-3.5 3 3 2-2 3.5 3.5M10.7 5.6h.1",
  check: "M3 8.4l3.4 3.4L13 4.8",
  cross: "M4 4l8 8M12 4l-8 8",
  dash: "M3.5 8h9",
  open: "M8 3.4a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2",
  out: "M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.2 2.8 7.5 8.5",
};

/** A small picture, which says nothing that the text beside it does not say. */
function icon(name) {
  const box = { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" };
  return draw("svg", box, draw("path", { d: ICONS[name] }));
}

// What moves the writing direction of its surroundings, or shows as nothing at all.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text with control characters and direction marks made visible. */
function printable(text) {
  return text.replace(UNPRINTABLE, (each) => {
    const code = each.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** The text by itself, whatever its script: it cannot turn what stands around it. */
function isolated(text) {
  return make("bdi", {}, printable(text));
}

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address to link to, or null if it is no harmless one; `server` completes `/path`. */
function safeAddress(text, server = null) {
  try {
    const isPath = /^\/(?![/\\])/.test(text);
    const url = isPath && server ? new URL(text, server) : new URL(text);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link out of the page, or just its content where the address is no harmless one. */
function outLink(address, server, ...content) {
  const href = safeAddress(address, server);
  if (href === null) return make("span", { class: "no-link", title: printable(address) }, content);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, content);
}

const NUMBERS = new Intl.NumberFormat("en");

/** `1,234 tests`. */
function counted(number, word) {
  return `${NUMBERS.format(number)} ${word}${number === 1 ? "" : "s"}`;
}

/** `2024-01-08 10:49`, in UTC, from seconds. */
function moment(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
