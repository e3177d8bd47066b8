// The characters that text may name: `&amp;`, `&#8364;`, `&#x20ac;`.

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/iy;
const ENTITIES = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: "\u00a0",
    copy: "©",
    reg: "®",
    trade: "™",
    mdash: "—",
    ndash: "–",
    hellip: "…",
    laquo: "«",
    raquo: "»",
    euro: "€",
    times: "×",
    deg: "°",
    larr: "←",
    rarr: "→",
    middot: "·",
    bull: "•",
    sect: "§",
    para: "¶",
  }),
);

function entity([whole, decimal, hexadecimal, name]) {
  if (name) return ENTITIES.get(name) ?? whole;
  const code = decimal ? parseInt(decimal, 10) : parseInt(hexadecimal, 16);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
    ? String.fromCodePoint(code)
    : "\ufffd";
}

function entities(text) {
  return text.replace(new RegExp(ENTITY.source, "gi"), (...found) => entity(found));
}
