// How results look: signs, bars of many, and a row for each.

const SIGNS = new Map([
  ["passed", "check"],
  ["failed", "cross"],
  ["skipped", "dash"],
]);
const NO_STATUS = "no status";
const DEEPEST_STEP = 30;

/** The class of looks that a status belongs to; what servers call it is up to them. */
function look(status) {
  const known = status.toLowerCase();
  return SIGNS.has(known) ? known : "other";
}

/** The sign of a status, which says it aloud as well. */
function statusSign(status) {
  const word = status || NO_STATUS;
  return make(
    "span",
    { class: "sign", "data-look": look(status), title: printable(word) },
    icon(SIGNS.get(look(status)) ?? "open"),
    make("span", { class: "unseen" }, `${printable(word)}: `),
  );
}

/** A bar of results, with a part for each status. */
function stack(counts) {
  const bar = make("span", { class: "stack", "aria-hidden": "true" });
  for (const [status, number] of counts) {
    const part = make("span", { "data-look": look(status), title: `${status}: ${number}` });
    part.style.flexGrow = number;
    bar.append(part);
  }
  return bar;
}

/** `2 failed, 20 passed`. */
function statusWords(counts) {
  return counts
    .map(([status, number]) => `${NUMBERS.format(number)} ${printable(status || NO_STATUS)}`)
    .join(", ");
}

/** `< 0.1 s`, `0.4 s`, `12 s`, `2:05 min`; nothing where it is not known, or nothing ran. */
function took(ms) {
  if (ms <= 0) return "";
  if (ms < 100) return "< 0.1 s";
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}

/** A row of a result: of what its test is, or, on the page of the test, of which run. */
function resultRow(results, i, { ofTest = false } = {}) {
  const { runs, snapshot } = results;
  const [test, run] = [results.test[i], results.run[i]];
  const name = ofTest
    ? make("a", { href: runs.hash(run) }, isolated(runs.title(run)))
    : test >= 0
      ? make("a", { href: snapshot.hash(test) }, isolated(results.title(i) || NO_TITLE))
      : make("span", {}, isolated(results.title(i) || NO_TITLE));
  const around = ofTest ? runs.environments[run] : snapshot.pathText(test);
  const when = ofTest && runs.when(run) > 0 && `${moment(runs.when(run))} UTC`;
  const row = make(
    "li",
    { class: "result" },
    statusSign(results.status(i)),
    make(
      "div",
      { class: "what" },
      make("div", { class: "name" }, name),
      noted(around, results.example(i), ofTest || test >= 0 ? "" : "not in this snapshot"),
      results.messages[i] && make("p", { class: "message" }, printable(results.messages[i])),
    ),
    make("span", { class: "when" }, [when, took(results.times[i])].filter(Boolean).join(" · ")),
  );
  const label = `Details of ${printable((ofTest ? runs.title(run) : results.title(i)).slice(0, 200))}`;
  row.prepend(opener(label, row, () => resultDetails(results, i)));
  return row;
}

function noted(...words) {
  const found = words.filter(Boolean);
  if (!found.length) return null;
  return make(
    "p",
    { class: "note" },
    found.map((each, n) => [n > 0 && " · ", isolated(each)]),
  );
}

/** A button that shows more of a row below it, which is read when it is first wanted. */
function opener(label, row, read) {
  let panel = null;
  const button = make("button", {
    type: "button",
    class: "opener",
    "aria-expanded": "false",
    "aria-label": label,
    onclick: () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      if (open && !panel) row.append((panel = make("div", { class: "panel" }, later(read()))));
      if (panel) panel.hidden = !open;
    },
  });
  button.append(icon("caret"));
  return button;
}

/** A place that is filled when something was read. */
function later(coming) {
  const place = make("div", { class: "coming" });
  coming.then(
    (content) => place.replaceWith(...kept([content])),
    (error) => place.replaceWith(notice(`This could not be read: ${error.message}.`)),
  );
  return place;
}

const RESULT_SHOWN = new Set([
  "title",
  "status",
  "message",
  "stack",
  "steps",
  "attachments",
  "test",
]);

/** All that is known of a result, but for what its row says. */
async function resultDetails(results, i) {
  const fields = await results.fields.of(i);
  const text = (name) => (typeof fields[name] === "string" ? fields[name].trim() : "");
  const texts = ["message", "stack"]
    .filter((name) => text(name) && text(name) !== results.messages[i])
    .map((name) => [make("h3", {}, capital(name)), codeBlock(fields[name])]);
  const steps = Array.isArray(fields.steps) && fields.steps.length > 0;
  const attachments = attachmentList(fields.attachments, results.snapshot.server, "h3");
  const others = Object.entries(fields).filter(([name]) => !RESULT_SHOWN.has(name));
  const isFact = ([, value]) =>
    ["string", "number", "boolean"].includes(typeof value) && value !== "";
  return [
    texts,
    steps && [make("h3", {}, "Steps"), stepList(fields.steps, 0)],
    attachments,
    fieldList(others.filter(isFact)),
    fieldList(
      others.filter((each) => !isFact(each)),
      { folded: true },
    ),
  ];
}

function stepList(steps, depth) {
  const step = (each) => {
    if (each === null || typeof each !== "object") return make("li", {}, printable(written(each)));
    const inner = [each.steps, each.children].find((list) => Array.isArray(list) && list.length);
    const title = each.title ?? each.name;
    return make(
      "li",
      {},
      typeof each.status === "string" && statusSign(each.status),
      isolated(title === undefined ? written(each) : written(title)),
      typeof each.message === "string" && make("p", { class: "message" }, printable(each.message)),
      inner && (depth < DEEPEST_STEP ? stepList(inner, depth + 1) : codeBlock(written(inner))),
    );
  };
  return make("ol", { class: "steps-of" }, steps.slice(0, MOST_LISTED).map(step));
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
