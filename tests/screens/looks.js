// What the tests of screens ask of a page; each question is a function without arguments.

const SLACK = 2; // pixels by which rounded boxes may touch

function visible(element) {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest("svg, option");
}

function named(element) {
  const words = (element.innerText || element.value || element.getAttribute("aria-label") || element.name || "").trim();
  return `<${element.tagName.toLowerCase()}> ${words.slice(0, 60).replace(/\s+/g, " ")}`;
}

function textNodes() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (node.data.trim() && !parent.closest("script, style, noscript, .visually-hidden, .skip-to-content-link")
        && visible(parent)) found.push(node);
  }
  return found;
}

function texts() {
  const said = textNodes().map((node) => node.data.trim().replace(/\s+/g, " "));
  for (const field of document.querySelectorAll("input[type=submit], input[type=button]"))
    if (visible(field)) said.push(field.value);
  for (const option of document.querySelectorAll("option")) said.push(option.textContent.trim());
  for (const bearer of document.querySelectorAll("[placeholder], [title], [aria-label], [alt]"))
    if (visible(bearer))
      for (const name of ["placeholder", "title", "aria-label", "alt"])
        if (bearer.getAttribute(name)) said.push(bearer.getAttribute(name).trim());
  return [document.title, ...said.filter(Boolean)];
}

// The boxes of all lines of text and all fields, without what scrolled-away or cut-off parents hide.
function boxes() {
  const found = [];
  const add = (element, rectangle) => {
    let { left, right, top, bottom } = rectangle;
    for (let box = element.parentElement; box; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible" && box !== document.body && box !== document.documentElement) {
        const frame = box.getBoundingClientRect();
        [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
        [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
      }
    if (right - left > SLACK && bottom - top > SLACK) found.push({ element, left, right, top, bottom });
  };
  for (const node of textNodes()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rectangle of range.getClientRects()) add(node.parentElement, rectangle);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (visible(field)) add(field, field.getBoundingClientRect());
  return found.sort((one, other) => one.top - other.top);
}

function overlaps() {
  const all = boxes();
  const faults = new Set();
  all.forEach((one, place) => {
    for (let next = place + 1; next < all.length && all[next].top < one.bottom - SLACK; next++) {
      const other = all[next];
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (width > SLACK && height > SLACK) faults.add(`overlap: ${named(one.element)} and ${named(other.element)}`);
    }
  });
  return [...faults];
}

function cut() {
  const faults = new Set();
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide + SLACK) {
    const widest = boxes().filter((box) => box.right > wide + SLACK).map((box) => named(box.element));
    faults.add(`wider than the window by ${document.documentElement.scrollWidth - wide}: ${widest.slice(0, 3).join("; ")}`);
  }
  for (const box of boxes()) {
    if (box.left < -SLACK) faults.add(`cut at the left edge: ${named(box.element)}`);
    const own = box.element.matches("input, textarea") ? box.element.parentElement : box.element; // fields scroll
    for (let frame = own; frame; frame = frame.parentElement)
      if (/hidden|clip/.test(getComputedStyle(frame).overflowX) && frame.scrollWidth > frame.clientWidth + SLACK
          && frame !== document.body && frame !== document.documentElement)
        faults.add(`cut off: ${named(frame)}`);
  }
  for (const button of document.querySelectorAll("input[type=submit], input[type=button], select"))
    if (visible(button) && button.scrollWidth > button.clientWidth + SLACK) faults.add(`cut off: ${named(button)}`);
  return [...faults];
}

const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";

// How a control looks, in all that may tell that it is in focus.
function look(element) {
  const style = getComputedStyle(element);
  const told = ["outlineStyle", "outlineWidth", "boxShadow", "borderColor", "backgroundColor", "color", "textDecoration"];
  return told.map((name) => style[name]).join("|");
}

function mark_controls() {
  document.activeElement.blur();
  window.scrollTo(0, 0);
  const groups = new Set();
  const found = [...document.querySelectorAll(CONTROLS)].filter((control) => {
    if (!visible(control) || control.disabled || control.tabIndex < 0) return false;
    if (control.type !== "radio") return true;
    const first = !groups.has(control.name);
    groups.add(control.name);
    return first;
  });
  found.forEach((control, place) => {
    control.dataset.control = `${place} ${named(control)}`;
    control.dataset.look = look(control);
  });
  return found.map((control) => control.dataset.control);
}

function focused() {
  const control = document.activeElement;
  return [control.dataset.control || "", look(control) !== control.dataset.look];
}

// Fields that a screen reader would announce without a name.
function unlabelled() {
  const fields = document.querySelectorAll("input:not([type=hidden]):not([type=submit]), select, textarea");
  return [...fields].filter((field) => visible(field) && !field.labels.length && !field.getAttribute("aria-label"))
    .map((field) => `without a label: ${field.name || named(field)}`);
}

// A person's moves between the fields of a form, by what is before the cursor.
function here() {
  const field = document.activeElement;
  return [field.name || "", field.value || "", field.type || field.tagName.toLowerCase(), field.innerText || ""];
}

function extent() {
  return [document.documentElement.clientWidth, document.documentElement.scrollHeight];
}
