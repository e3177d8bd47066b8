// Goes to each of these pages by its address and opens all that can be opened there: the heading
// of each, whether it is the page of a suite or test, and what in it could act.
async (pages, acting) => {
  const content = document.getElementById("content");
  const until = async (is, what) => {
    for (const end = Date.now() + 60_000; !is(); await new Promise((next) => setTimeout(next)))
      if (Date.now() > end) throw new Error(`in vain: ${what}`);
  };
  const seen = [];
  for (const page of pages) {
    const before = content.firstElementChild;
    location.hash = page;
    await until(() => content.firstElementChild !== before, `the page #${page}`);
    await until(() => document.activeElement.matches("#content h1"), `its heading #${page}`);
    for (const each of content.querySelectorAll("summary, .opener")) each.click();
    await until(() => !content.querySelector(".coming"), `all that is opened #${page}`);
    seen.push({
      heading: document.activeElement.innerText,
      isItem: content.querySelector(".chip.id") !== null,
      acting: acting(),
    });
  }
  return seen;
};
