// The tree on the left. Only the rows that are seen are in the page, so its size does not matter;
// the keys are those of the ARIA pattern for trees.

const BEYOND = 8; // rows that are made above and below what is seen

class Tree {
  #rows = [];
  #at = new Map();
  #made = new Map();
  #closed = new Set();
  #waiting = false;

  /** `choose(item, now)` is called when somebody goes to a row; `now` means that they want to see it. */
  constructor(element, snapshot, choose) {
    Object.assign(this, {
      element,
      snapshot,
      choose,
      active: null,
      rows: new Rows(snapshot),
    });
    this.opened = new Uint8Array(snapshot.size);
    this.orphansOpen = true;
    this.shown = null;
    this.box = element.firstElementChild;
    this.height = matchMedia("(pointer: coarse)").matches ? 40 : 28;
    element.style.setProperty("--row", `${this.height}px`);
    element.addEventListener("scroll", () => this.#soon(), { passive: true });
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("click", (event) => this.#click(event));
    element.addEventListener(
      "focus",
      () => this.active === null && this.#rows.length && this.#activate(this.#rows[0]),
    );
    new ResizeObserver(() => this.#soon()).observe(element);
  }

  /** Shows only what `found` marks, and the suites above; null shows all. `stay` keeps the place. */
  filter(found, searched, stay) {
    this.rows.terms = searched;
    if (!stay) this.#closed.clear();
    this.shown = found && this.#withAbove(found);
    this.rows.counts = found ? this.#countsOf(found) : this.snapshot.testsBelow;
    this.refresh();
    if (stay) return;
    this.element.scrollTop = 0;
    if (this.active !== null && this.#at.has(this.active)) this.#seen(this.#at.get(this.active));
  }

  #withAbove(found) {
    const { snapshot } = this;
    const shown = Uint8Array.from(found);
    for (let i = snapshot.size - 1; i >= 0; i--)
      if (shown[i] && snapshot.parent[i] >= 0) shown[snapshot.parent[i]] = 1;
    return shown;
  }

  #countsOf(found) {
    const { snapshot } = this;
    const counts = new Int32Array(snapshot.size);
    for (let i = snapshot.size - 1; i >= 0; i--) {
      const above = snapshot.parent[i];
      if (above >= 0) counts[above] += snapshot.isTest(i) ? found[i] : counts[i];
    }
    return counts;
  }

  #isOpen(i) {
    if (i === ORPHANS) return this.orphansOpen;
    return this.shown ? !this.#closed.has(i) : this.opened[i] === 1;
  }

  #setOpen(i, open) {
    if (i === ORPHANS) this.orphansOpen = open;
    else if (!this.shown) this.opened[i] = open ? 1 : 0;
    else if (open) this.#closed.delete(i);
    else this.#closed.add(i);
  }

  /** Works out which rows there are, after something was opened, closed or filtered. */
  refresh() {
    const { snapshot } = this;
    const rows = [];
    for (let i = 0; i < snapshot.size;) {
      if (i === snapshot.orphansFrom && this.#anyOrphan()) {
        rows.push(ORPHANS);
        if (!this.orphansOpen) break;
      }
      if (this.shown && !this.shown[i]) {
        i = snapshot.end[i];
        continue;
      }
      rows.push(i);
      i = snapshot.isTest(i) || this.#isOpen(i) ? i + 1 : snapshot.end[i];
    }
    this.#rows = rows;
    this.#at = new Map(rows.map((item, row) => [item, row]));
    this.#number(rows);
    this.box.style.height = `${rows.length * this.height}px`;
    for (const row of this.#made.values()) row.remove();
    this.#made.clear();
    if (!this.#at.has(this.active)) this.#forget();
    this.#render();
  }

  #forget() {
    this.active = null;
    this.element.removeAttribute("aria-activedescendant");
  }

  #anyOrphan() {
    return !this.shown || this.shown.indexOf(1, this.snapshot.orphansFrom) >= 0;
  }

  /** Which child of its parent each row is, and of how many. */
  #number(rows) {
    this.families = new Map();
    this.places = rows.map((item) => {
      const family = this.#family(item);
      const place = (this.families.get(family) ?? 0) + 1;
      this.families.set(family, place);
      return place;
    });
  }

  #family(item) {
    if (item === ORPHANS) return -1;
    const parent = this.snapshot.parent[item];
    return parent === -1 && this.snapshot.isOrphan(item) ? ORPHANS : parent;
  }

  #depth(item) {
    if (item === ORPHANS) return 0;
    return this.snapshot.depths[item] + (this.snapshot.isOrphan(item) ? 1 : 0);
  }

  #soon() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#render();
    });
  }

  #render() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.height) - BEYOND);
    const seen = Math.ceil(this.element.clientHeight / this.height) + 2 * BEYOND;
    const last = Math.min(this.#rows.length, first + seen);
    const wanted = new Set();
    for (let row = first; row < last; row++) wanted.add(row);
    // The row that has the focus stays, wherever it is.
    if (this.active !== null) wanted.add(this.#at.get(this.active));
    for (const [row, element] of this.#made) {
      if (wanted.has(row)) continue;
      element.remove();
      this.#made.delete(row);
    }
    const fresh = [...wanted].filter((row) => !this.#made.has(row));
    for (const row of fresh) {
      const element = this.#row(row);
      this.#made.set(row, element);
      this.box.append(element);
    }
    this.#mark();
  }

  #mark() {
    for (const [row, element] of this.#made)
      element.setAttribute("aria-selected", String(this.#rows[row] === this.active));
    if (this.active === null) return;
    this.element.setAttribute("aria-activedescendant", `row-${this.active}`);
  }

  #row(row) {
    const item = this.#rows[row];
    const element = this.rows.element(item, {
      depth: this.#depth(item),
      place: this.places[row],
      siblings: this.families.get(this.#family(item)),
      open: this.#hasRows(item) ? this.#isOpen(item) : null,
    });
    element.style.transform = `translateY(${row * this.height}px)`;
    return element;
  }

  #hasRows(item) {
    return hasRows(this.snapshot, item);
  }

  #activate(item) {
    this.active = item;
    this.#seen(this.#at.get(item));
    this.#render();
  }

  #seen(row) {
    const top = row * this.height;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight)
      this.element.scrollTop = top + this.height - clientHeight;
  }

  /** Goes to an item, opening what is above it; it is not there if it is filtered out. */
  reveal(item) {
    if (item === null || (item >= 0 && this.shown && !this.shown[item])) {
      this.#forget();
      this.#mark();
      return;
    }
    let changed = false;
    const above = item >= 0 ? this.snapshot.above(item) : [];
    if (item >= 0 && this.snapshot.isOrphan(item)) above.push(ORPHANS);
    for (const each of above) {
      if (this.#isOpen(each)) continue;
      this.#setOpen(each, true);
      changed = true;
    }
    if (changed) this.refresh();
    if (!this.#at.has(item)) return;
    const row = this.#at.get(item);
    const isFar =
      Math.abs(row * this.height - this.element.scrollTop) > this.element.clientHeight * 2;
    this.#activate(item);
    if (isFar) this.element.scrollTop = row * this.height - this.element.clientHeight / 3;
  }

  /** The test after (`step` 1) or before (-1) an item, of those that are shown; null for none. */
  next(item, step) {
    const { snapshot } = this;
    for (let i = item + step; i >= 0 && i < snapshot.size; i += step) {
      if (snapshot.isTest(i) && (!this.shown || this.shown[i])) return i;
    }
    return null;
  }

  toggle(item, open = !this.#isOpen(item)) {
    if (item !== ORPHANS && !this.#hasRows(item)) return;
    this.#setOpen(item, open);
    this.refresh();
  }

  #click(event) {
    const element = event.target.closest("[role=treeitem]");
    if (!element) return;
    const item = Number(element.id.slice("row-".length));
    const isTest = item >= 0 && this.snapshot.isTest(item);
    if (event.target.closest(".caret") && !isTest) {
      this.toggle(item);
      return;
    }
    this.#activate(item);
    if (!isTest && !this.#isOpen(item)) this.toggle(item, true);
    this.choose(item, true);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#rows.length) return;
    const row = this.#at.get(this.active) ?? 0;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height) - 1);
    const moves = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -row,
      End: this.#rows.length,
    };
    if (event.key in moves) this.#go(row + moves[event.key]);
    else if (event.key === "ArrowRight") this.#inward(row);
    else if (event.key === "ArrowLeft") this.#outward(row);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.#rows[row], true);
    else if (event.key === "*") this.#openSiblings(this.#rows[row]);
    else return;
    event.preventDefault();
  }

  #go(row) {
    const item = this.#rows[Math.min(Math.max(row, 0), this.#rows.length - 1)];
    this.#activate(item);
    this.choose(item, false);
  }

  #inward(row) {
    const item = this.#rows[row];
    if (item >= 0 && (this.snapshot.isTest(item) || !this.#hasRows(item))) return;
    if (this.#isOpen(item)) this.#go(row + 1);
    else this.toggle(item, true);
  }

  #outward(row) {
    const item = this.#rows[row];
    const isOpenSuite = item === ORPHANS || (!this.snapshot.isTest(item) && this.#hasRows(item));
    if (isOpenSuite && this.#isOpen(item)) this.toggle(item, false);
    else if (this.#at.has(this.#family(item))) this.#go(this.#at.get(this.#family(item)));
  }

  #openSiblings(item) {
    for (const each of this.snapshot.children(this.#family(item)))
      if (!this.snapshot.isTest(each)) this.#setOpen(each, true);
    this.refresh();
    this.#seen(this.#at.get(item));
  }
}
