// Dark or light, and what the browser remembers.

/** What the browser remembers for this page; some give a page from a mail no memory. */
const memory = {
  get(name) {
    try {
      return localStorage.getItem(`testomat-crawler-${name}`);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`testomat-crawler-${name}`, value);
    } catch {
      // Then it holds until the page is closed.
    }
  },
};

function theme() {
  return document.documentElement.dataset.theme;
}

function setTheme(name, remember = true) {
  document.documentElement.dataset.theme = name;
  byId("theme").setAttribute("aria-pressed", String(name === "dark"));
  byId("theme").replaceChildren(icon(name === "dark" ? "sun" : "moon"));
  if (remember) memory.set("theme", name);
}

function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = memory.get("theme");
  setTheme(["dark", "light"].includes(chosen) ? chosen : dark.matches ? "dark" : "light", false);
  dark.addEventListener(
    "change",
    () => memory.get("theme") || setTheme(dark.matches ? "dark" : "light", false),
  );
}
