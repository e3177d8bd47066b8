// Pictures of what the snapshot holds: bars are lists with a length, columns are drawn.

const MOST_BARS = 12;

/** How many of the tests in `found` (null: all) have each word of a facet, the most frequent first. */
function tally(snapshot, facet, found) {
  const counts = new Map();
  let none = 0;
  for (let i = 0; i < snapshot.size; i++) {
    if (!snapshot.isTest(i) || (found && !found[i])) continue;
    const words = snapshot.words(facet, i);
    if (!words.length) none++;
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return { counts: [...counts].sort(([, a], [, b]) => b - a), none };
}

/** Bars of a facet; each leads to its tests. */
function bars(title, facet, { counts, none }, absent, choose) {
  const shown = counts.slice(0, MOST_BARS);
  const most = Math.max(1, ...shown.map(([, number]) => number));
  const bar = (word, number) => {
    const kind = facet === "results" && look(word);
    const box = make("span", { class: "bar", "aria-hidden": "true", "data-look": kind });
    box.style.width = `${(100 * number) / most}%`;
    return make("span", { class: "track" }, box);
  };
  const rows = shown.map(([word, number]) =>
    make(
      "li",
      {},
      make(
        "button",
        { type: "button", onclick: () => choose(word), title: printable(word) },
        make("span", { class: "word" }, isolated(word)),
        bar(word, number),
        make("span", { class: "number" }, NUMBERS.format(number)),
      ),
    ),
  );
  // Those without a word have no bar: they are often so many that all others would look alike.
  if (none && shown.length)
    rows.push(
      make(
        "li",
        { class: "none" },
        make("span", { class: "word" }, absent),
        make("span"),
        make("span", { class: "number" }, NUMBERS.format(none)),
      ),
    );
  const more = counts.length - shown.length;
  return picture(
    title,
    make("ul", { class: "bars" }, rows),
    more > 0 && `and ${NUMBERS.format(more)} more`,
  );
}

function picture(title, content, note = null) {
  return make(
    "section",
    { class: "picture" },
    make("h2", {}, title),
    content,
    note && make("p", { class: "note" }, note),
  );
}

/** Columns; `columns` has [label, number] pairs, of which as many labels are shown as fit. */
function columns(title, pairs, describe) {
  if (!pairs.length) return null;
  const [width, height, floor] = [480, 132, 112];
  const most = Math.max(1, ...pairs.map(([, number]) => number));
  const step = width / pairs.length;
  const bar = Math.max(1, Math.min(step * 0.72, 40));
  const every = Math.ceil(
    pairs.length /
      Math.max(1, Math.floor(width / (16 + 7 * Math.max(...pairs.map(([label]) => label.length))))),
  );
  const made = pairs.map(([label, number], column) => {
    const tall = number ? Math.max(1.5, (number / most) * (floor - 18)) : 0;
    const middle = (column + 0.5) * step;
    const shown =
      column % every === 0 &&
      draw("text", { ...within(middle, label, width), y: height - 4 }, label);
    const value =
      pairs.length <= 14 &&
      number > 0 &&
      draw(
        "text",
        { x: middle, y: floor - tall - 5, "text-anchor": "middle", class: "value" },
        NUMBERS.format(number),
      );
    const rect = draw(
      "rect",
      { x: middle - bar / 2, y: floor - tall, width: bar, height: tall, rx: Math.min(2, bar / 4) },
      draw("title", {}, `${label}: ${NUMBERS.format(number)}`),
    );
    return [rect, shown, value];
  });
  const line = draw("line", { x1: 0, x2: width, y1: floor + 0.5, y2: floor + 0.5 });
  const svg = draw(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": describe(pairs),
      class: "columns",
    },
    line,
    made,
  );
  return picture(title, svg);
}

/** Where a label stands below a place, moved inwards at the edges. */
function within(middle, label, width) {
  const half = label.length * 3.3;
  if (middle < half) return { x: 0, "text-anchor": "start" };
  return middle + half > width
    ? { x: width, "text-anchor": "end" }
    : { x: middle, "text-anchor": "middle" };
}

/** Tests by their depth: how many suites stand above each. */
function depths(snapshot, found) {
  const counts = [];
  for (let i = 0; i < snapshot.size; i++) {
    if (!snapshot.isTest(i) || (found && !found[i])) continue;
    const depth = snapshot.depths[i];
    counts[depth] = (counts[depth] ?? 0) + 1;
  }
  const pairs = Array.from(counts, (number = 0, depth) => [String(depth), number]);
  const first = pairs.findIndex(([, number]) => number > 0);
  return columns(
    "Tests by depth",
    first < 0 ? [] : pairs.slice(first),
    (all) =>
      `Tests by the number of suites above them: ${all.map(([depth, number]) => `${number} below ${depth}`).join(", ")}`,
  );
}

const DAY = 86_400;
const SPANS = [
  [70 * DAY, 10, nextDay],
  [70 * 31 * DAY, 7, nextMonth],
  [Infinity, 4, nextYear],
];

function nextDay(date) {
  date.setUTCDate(date.getUTCDate() + 1);
}

function nextMonth(date) {
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 1);
}

function nextYear(date) {
  date.setUTCMonth(0, 1);
  date.setUTCFullYear(date.getUTCFullYear() + 1);
}

/** The tests in `found` whose last edit is known, the newest first. */
function edits(snapshot, found) {
  const known = [];
  for (let i = 0; i < snapshot.size; i++) {
    if (snapshot.isTest(i) && snapshot.edited[i] && (!found || found[i])) known.push(i);
  }
  return known.sort((a, b) => snapshot.edited[b] - snapshot.edited[a] || a - b);
}

/** Edits by day, month or year, whichever gives columns that can be read. */
function editColumns(snapshot, known) {
  const [newest, oldest] = [snapshot.edited[known[0]], snapshot.edited[known.at(-1)]];
  const [, letters, next] = SPANS.find(([span]) => newest - oldest < span);
  const label = (seconds) => new Date(seconds * 1000).toISOString().slice(0, letters);
  const counts = new Map();
  const date = new Date(oldest * 1000);
  date.setUTCHours(0, 0, 0, 0);
  for (let guard = 0; date / 1000 <= newest && guard < 300; guard++) {
    counts.set(date.toISOString().slice(0, letters), 0);
    next(date);
  }
  // By day first: writing out a date is slow, and many tests share one.
  const days = new Map();
  for (const i of known) {
    const day = Math.floor(snapshot.edited[i] / DAY);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  for (const [day, number] of [...days].sort(([a], [b]) => a - b)) {
    const name = label(day * DAY);
    counts.set(name, (counts.get(name) ?? 0) + number);
  }
  return columns(
    "Last edits",
    [...counts],
    () =>
      `Last edits of ${counted(known.length, "test")}, from ${moment(oldest)} to ${moment(newest)} UTC`,
  );
}
