"use strict";
// The page on screen. Without it everything can be read all the same: it sorts, zooms and lets wide tables scroll.

const STEP = 1.5;
const MOST = 8;

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("main table").forEach(letScroll);
  document.querySelectorAll("main table.sortable").forEach(letSort);
  document.querySelectorAll(".map-box").forEach(letZoom);
});

// Wide tables

function letScroll(table) {
  const box = document.createElement("div");
  box.className = "table-box";
  table.before(box);
  box.append(table);
  const heading = headingOf(table);
  // Only what scrolls takes part when one goes through the page by keyboard.
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", heading);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }).observe(box);
}

function headingOf(table) {
  const before = [...document.querySelectorAll("h2, h3")].filter(
    (heading) => heading.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.length ? before[before.length - 1].textContent : "";
}

// Sorting

function letSort(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      sort(table.tBodies[0], column, order);
    });
  });
}

function sort(body, column, order) {
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const sign = order === "ascending" ? 1 : -1;
  const groups = [];
  for (const row of body.rows) {
    // A note stays beneath the row that it is about.
    if (row.classList.contains("note")) groups[groups.length - 1].rows.push(row);
    else groups.push({ key: keyOf(row.cells[column]), rows: [row] });
  }
  // What has no key comes last in either order.
  groups.sort((one, other) =>
    one.key && other.key ? sign * compare(one.key, other.key) : Number(!one.key) - Number(!other.key),
  );
  body.append(...groups.flatMap((group) => group.rows));
}

function keyOf(cell) {
  return cell.dataset.sort ?? cell.textContent.trim();
}

// The map: it grows inside its frame, which scrolls; the words keep their size, so that they come apart.

function letZoom(box) {
  const tools = box.querySelector(".map-tools");
  const view = box.querySelector(".map-view");
  const map = view.querySelector(".map");
  let scale = 1;

  function zoom(wanted) {
    const next = Math.min(MOST, Math.max(1, wanted));
    const [x, y] = [view.clientWidth / 2, view.clientHeight / 2];
    const [left, top] = [view.scrollLeft + x, view.scrollTop + y].map((at) => (at * next) / scale);
    scale = next;
    map.style.width = `${100 * scale}%`;
    view.classList.toggle("zoomed", scale > 1);
    view.scrollTo(left - x, top - y);
    tools.querySelector("[value=in]").disabled = scale === MOST;
    for (const button of tools.querySelectorAll("[value=out], [value=whole]")) button.disabled = scale === 1;
  }
  const actions = { in: () => zoom(scale * STEP), out: () => zoom(scale / STEP), whole: () => zoom(1) };
  const keys = { "+": "in", "=": "in", "-": "out", 0: "whole" };

  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", actions[button.value]);
  }
  view.tabIndex = 0;
  view.addEventListener("keydown", (event) => {
    if (event.key in keys && !event.ctrlKey && !event.metaKey) actions[keys[event.key]]();
  });
  letDrag(view);
  tools.hidden = false;
  zoom(1);
}

// With a mouse; a finger scrolls by itself. What holds the pointer would take the click from a link.
function letDrag(view) {
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && event.target !== view && !event.target.closest("a")) {
      view.setPointerCapture(event.pointerId);
    }
  });
  view.addEventListener("pointermove", (event) => {
    if (view.hasPointerCapture(event.pointerId)) view.scrollBy(-event.movementX, -event.movementY);
  });
}
