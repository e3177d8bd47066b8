// The elements as HTML in one spelling: levels of headings as written, addresses alone.
(text) => {
  const walk = (node) => {
    const inner = () => [...node.childNodes].map(walk).join("");
    if (node.nodeType === Node.TEXT_NODE) {
      return node.data.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    }
    if (node.localName === "svg") return "";
    const look = node.className;
    const level = /md-h(\d)/.exec(look);
    if (level) return `<h${level[1]}>${inner()}</h${level[1]}>`;
    if (look.includes("wide")) return inner();
    if (look.includes("box")) return look.includes("done") ? "[x] " : "[ ] ";
    if (look.includes("picture")) return `<img ${node.getAttribute("href")}>`;
    if (node.localName === "br" || node.localName === "hr") return `<${node.localName}>`;
    if (node.parentNode.parentNode?.localName === "thead")
      return `<th${look ? ` ${look}` : ""}>${inner()}</th>`;
    const own =
      { a: node.getAttribute("href"), ol: node.getAttribute("start") }[node.localName] ??
      (/^t[dh]$/.test(node.localName) ? look : "");
    return `<${node.localName}${own ? ` ${own}` : ""}>${inner()}</${node.localName}>`;
  };
  const root = document.createElement("div");
  root.append(markdown(text, { server: "https://s.example/" }));
  return [...root.childNodes].map(walk).join("");
};
