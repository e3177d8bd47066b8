// What in the page could act and should not be there.
() => {
  const bad = [
    ...document.querySelectorAll(
      "#content script, #content iframe, #content img, #content object, #content embed," +
        " #content style, #content link, #content meta, #content form, #content base, #tree img, #tree script",
    ),
  ];
  const found = bad.map((each) => each.outerHTML);
  for (const each of document.querySelectorAll("#content *, #tree *, #facets *")) {
    for (const { name } of each.attributes)
      if (name.startsWith("on") || (name === "style" && each.getAttribute("style").includes("url")))
        found.push(name);
    if (each.localName !== "a") continue;
    const inside = each.getAttribute("href").startsWith("#");
    if (!inside && !["http:", "https:", "mailto:"].includes(each.protocol)) found.push(each.href);
    if (!inside && (each.rel !== "noopener noreferrer" || each.target !== "_blank"))
      found.push(each.outerHTML);
  }
  return found;
};
