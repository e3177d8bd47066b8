// The beginning: what is packed in the file becomes the page.

/** Notes how far the page is, and when, for whoever waits or measures. */
function reached(state) {
  document.documentElement.dataset.ready = state;
  performance.mark(state);
}

async function begin() {
  for (const each of document.querySelectorAll("[data-icon]"))
    each.prepend(icon(each.dataset.icon));
  followSystem();
  try {
    if (!globalThis.DecompressionStream) throw new Error("this browser is too old to unpack it");
    await new Page(await packedIn("index")).start();
  } catch (error) {
    byId("content").replaceChildren(
      make(
        "article",
        {},
        make("h1", {}, "This page cannot be shown"),
        notice(
          `The snapshot in it could not be read: ${error.message}. A current Chrome, Edge, Firefox or Safari can, if the file is whole.`,
        ),
      ),
    );
    throw error;
  }
}

begin();
