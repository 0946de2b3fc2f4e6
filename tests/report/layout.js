// Measures the pages that the frames of this document show; writes what lies wrongly as JSON.
const PANELS = "figure, .scroll, details, .alarm, .tiles > div, nav, section, header, footer";
const SCROLLS = ".scroll, nav ul, pre"; // a reader moves what is in them: their right edge hides nothing
const NEVER_SEEN = "style, script, title, desc, .unseen, .skip";

function textsOf(page) {
  const found = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(NEVER_SEEN)) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    const boxes = parent.closest("svg") ? [parent.getBoundingClientRect()] : [...range.getClientRects()];
    const lines = boxes.filter((box) => box.width && box.height);
    const said = node.data.trim().slice(0, 60);
    const hasHalo = parent.classList.contains("halo"); // drawn to be read on top of marks
    found.push({ parent, lines, said, hasHalo, panel: parent.closest(PANELS) });
  }
  return found;
}

// The marks of stages and verdicts: a text may lie on a bar, but not on one of these.
function marksOf(page) {
  return [...page.querySelectorAll('svg [class^="m-"]')].map((mark) => ({
    lines: [mark.getBoundingClientRect()],
    said: mark.getAttribute("class"),
    panel: mark.closest(PANELS),
    isMark: true,
  }));
}

function inside(panel) {
  const box = panel.getBoundingClientRect();
  const style = panel.ownerDocument.defaultView.getComputedStyle(panel);
  return {
    left: box.left + parseFloat(style.paddingLeft) - 1,
    right: box.right - parseFloat(style.paddingRight) + 1,
    top: box.top - 1,
    bottom: box.bottom + 1,
  };
}

function leaves(text) {
  const room = inside(text.panel);
  const scrolls = text.parent.closest(SCROLLS);
  return text.lines.some(
    (line) =>
      line.left < room.left ||
      line.top < room.top ||
      line.bottom > room.bottom ||
      (!scrolls && line.right > room.right),
  );
}

function overlap(one, other) {
  return one.lines.some((a) =>
    other.lines.some(
      (b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5,
    ),
  );
}

function measure(frame) {
  const page = frame.contentDocument;
  for (const fold of page.querySelectorAll("details")) fold.open = true;
  const width = frame.clientWidth;
  const faults = [];
  const wide = page.documentElement.scrollWidth;
  if (wide > width) faults.push({ width, fault: "the page is wider than its window", said: `${wide}` });
  const groups = new Map();
  for (const text of [...textsOf(page), ...marksOf(page)]) {
    if (!text.panel) continue;
    if (!text.isMark && leaves(text)) faults.push({ width, fault: "leaves its panel", said: text.said });
    groups.set(text.panel, [...(groups.get(text.panel) ?? []), text]);
  }
  for (const texts of groups.values())
    texts.forEach((one, place) => {
      for (const other of texts.slice(place + 1))
        if (!(one.isMark && other.isMark) && !(one.hasHalo && other.isMark) && overlap(one, other))
          faults.push({ width, fault: "overlaps", said: `${one.said} | ${other.said}` });
    });
  return { width, texts: [...groups.values()].flat().length, faults };
}

addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(measure);
  const said = document.createElement("pre");
  said.id = "found";
  said.textContent = JSON.stringify(found);
  document.body.replaceChildren(said);
});
