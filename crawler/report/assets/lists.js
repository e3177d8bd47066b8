// The pages of the other lists: comments at what they are about, plans, labels and the rest.

const MOST_REPLIES = 20; // levels of answers to a comment
const LIST_NAMES = { rungroups: "run groups", jira_issues: "Jira issues" };
const LISTED_ELSEWHERE = new Set(["comments"]);

/** What a list is called. */
function listName(name) {
  return LIST_NAMES[name] ?? name.replaceAll("_", " ");
}

/** The comments on a `suite`, `test` or `run`; nothing if there are none. */
async function commentsOf(beside, kind, id, server) {
  const found = await beside.of("comments", kind, id);
  if (!found.length) return null;
  const people = new Map((await beside.all("users")).map((each) => [written(each.id), each]));
  return make(
    "section",
    {},
    make("h2", {}, counted(found.length, "comment")),
    found.slice(0, MOST_LISTED).map((each) => comment(each, people, server, 0)),
  );
}

function comment(fields, people, server, depth) {
  const body = [fields.body, fields.text, fields.content].find((each) => typeof each === "string");
  const when = typeof fields.created_at === "string" ? Date.parse(fields.created_at) : NaN;
  const replies = Array.isArray(fields.replies) && depth < MOST_REPLIES ? fields.replies : [];
  const known = replies.filter((each) => each !== null && typeof each === "object");
  return make(
    "article",
    { class: "comment" },
    make(
      "p",
      { class: "note" },
      isolated(author(fields, people)),
      Number.isNaN(when) ? null : ` · ${moment(when / 1000)} UTC`,
    ),
    make(
      "div",
      { class: "markdown" },
      body ? markdown(body, { server }) : printable(written(fields)),
    ),
    known.map((each) => comment(each, people, server, depth + 1)),
  );
}

function author(fields, people) {
  const who = fields.author ?? fields.user ?? fields.user_id ?? fields.created_by ?? "";
  const own = who !== null && typeof who === "object" ? who : people.get(written(who));
  return written(own?.name ?? own?.email ?? (typeof who === "string" && who ? who : "somebody"));
}

/** The page of one list. */
async function listPage(snapshot, beside, name) {
  const items = await beside.all(name);
  const row = (fields) => {
    const title = [fields.title, fields.name, fields.body].find((each) => typeof each === "string");
    const number = Object.keys(fields).length;
    const box = make(
      "li",
      { class: "listed" },
      make(
        "div",
        { class: "what" },
        make(
          "div",
          { class: "name" },
          labelColour(fields.color),
          isolated(title || written(fields.id ?? "") || NO_TITLE),
        ),
        noted(title && written(fields.id ?? ""), short(fields.status), short(fields.kind)),
      ),
    );
    const label = `Fields of ${printable((title ?? written(fields.id ?? "")).slice(0, 200))}`;
    const all = async () => fieldList(Object.entries(fields), { snapshot });
    if (number) box.prepend(opener(label, box, all));
    return box;
  };
  return [
    pathOf(snapshot, []),
    make("div", { class: "title" }, heading(capital(listName(name)))),
    make("section", {}, new LongList(items, row, "rows").element),
  ];
}

function short(value) {
  return typeof value === "string" && value.length <= 60 ? value : "";
}

/** Links to the lists that have no better place, for the page of the project. */
function otherLists(beside) {
  const names = Object.keys(beside.counts).filter(
    (name) => beside.has(name) && !LISTED_ELSEWHERE.has(name),
  );
  if (!names.length) return null;
  return make(
    "section",
    {},
    make("h2", {}, "Also in this snapshot"),
    make(
      "p",
      { class: "chips" },
      names.map((name) =>
        make(
          "a",
          { class: "chip", href: `#~list:${name}` },
          `${capital(listName(name))} `,
          make("span", { class: "number" }, NUMBERS.format(beside.counts[name])),
        ),
      ),
    ),
  );
}
