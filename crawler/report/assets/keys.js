// The keys that work everywhere in the page; those of the tree are its own.

function listenToKeys(page) {
  const actions = {
    "/": () => (page.pane("tree"), page.query.focus(), page.query.select()),
    "?": () => byId("keys").showModal(),
    n: () => page.step(1),
    j: () => page.step(1),
    p: () => page.step(-1),
    k: () => page.step(-1),
    t: () => page.toTree(),
    m: () => (page.pane("main"), page.focusMain()),
    h: () => (location.hash = ""),
    r: () => page.runs.size && (location.hash = "~runs"),
    d: () => byId("theme").click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") escape(page, event);
    const isTyping =
      event.target.matches("input, select, textarea") && event.target.type !== "checkbox";
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || byId("keys").open) return;
    if (!byId("single").checked || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
}

/** Out of what somebody is in: a search, the content. */
function escape(page, event) {
  if (byId("keys").open) return;
  if (event.target === page.query) {
    if (page.query.value) page.clear();
    else byId("tree").focus();
  } else if (event.target.type === "search" && event.target.value) {
    return; // the browser empties it
  } else if (page.content.contains(event.target)) {
    page.toTree();
  } else if (page.found) page.clear();
  else return;
  event.preventDefault();
}
