// What is wrong in what a text became: elements, attributes or addresses that are not known.
(text) => {
  const root = document.createElement("div");
  root.append(markdown(text, { server: "https://s.example/" }));
  const attributes = {
    a: ["href", "target", "rel", "class"],
    span: ["class", "title", "role", "aria-label"],
    code: ["class", "data-language"],
    pre: ["tabindex"],
    ol: ["start", "class"],
    ul: ["class"],
    li: ["class"],
    div: ["class", "tabindex", "role", "aria-label"],
    th: ["class", "scope"],
    td: ["class"],
    svg: null,
    path: null,
  };
  const plain = "p h3 h4 h5 h6 blockquote hr br em strong del table thead tbody tr".split(" ");
  const bad = [];
  for (const each of root.querySelectorAll("*")) {
    const name = each.localName;
    if (!(name in attributes) && !plain.includes(name)) bad.push(name);
    const known =
      attributes[name] === null
        ? null
        : [...(attributes[name] ?? []), ...(/^h\d$/.test(name) ? ["class"] : [])];
    for (const { name: attribute } of each.attributes)
      if (known && !known.includes(attribute)) bad.push(`${name} ${attribute}`);
    if (name === "a") {
      if (!["http:", "https:", "mailto:"].includes(each.protocol)) bad.push(each.href);
      if (each.rel !== "noopener noreferrer" || each.target !== "_blank")
        bad.push("a link that is not closed");
      if (each.querySelector("a")) bad.push("a link in a link");
    }
  }
  return bad;
};
