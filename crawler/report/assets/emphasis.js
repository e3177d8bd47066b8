// Emphasis: which marks of a paragraph belong together, and what stands between them.

/** Makes emphasis of all pairs among the marks, inner ones first (CommonMark's own procedure). */
function emphasised(marks) {
  const lowest = new Map();
  for (let closer = 0; closer < marks.length; closer++) {
    const right = marks[closer];
    while (right.closes && right.length > 0) {
      const key = `${right.sign}${right.opens}${right.sign === "~" ? right.length : right.whole % 3}`;
      const bottom = lowest.get(key) ?? -1;
      let opener = closer - 1;
      while (opener > bottom && !fits(marks[opener], right)) opener--;
      if (opener <= bottom || !wrapped(marks[opener], right)) {
        if (opener <= bottom) lowest.set(key, closer - 1);
        break;
      }
      for (let each = opener + 1; each < closer; each++) marks[each].length = 0;
    }
  }
}

function fits(left, right) {
  if (left.sign !== right.sign || !left.opens || !left.length) return false;
  if (left.sign === "~") return left.length === 2 && right.length === 2;
  const isOdd = (left.closes || right.opens) && (left.whole + right.whole) % 3 === 0;
  return !isOdd || (left.whole % 3 === 0 && right.whole % 3 === 0);
}

/** Puts what stands between two marks into an element; false if that would nest too deep. */
function wrapped(left, right) {
  const used = left.sign === "~" ? left.length : Math.min(left.length, right.length, 2);
  const name = left.sign === "~" ? "del" : used === 2 ? "strong" : "em";
  const between = [];
  for (let node = left.node.nextSibling; node !== right.node; node = node.nextSibling)
    between.push(node);
  const depth = between.reduce((deepest, node) => Math.max(deepest, (node.depth ?? 0) + 1), 1);
  if (depth > DEEPEST) return false;
  const element = make(name);
  element.depth = depth;
  element.append(...between);
  left.node.after(element);
  for (const mark of [left, right]) {
    mark.length -= used;
    mark.node.data = mark.node.data.slice(used);
  }
  return true;
}
