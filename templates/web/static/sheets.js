// Pages as pictures: zoom and turn, by buttons and keys. What is drawn on a page turns and grows with it.
"use strict";
window.sheets = (() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const STEP = 1.25, LEAST = 0.5, MOST = 6;
  let zoom = 1;
  const every = () => all("figure.sheet");
  const size = (sheet) => ({ width: +sheet.dataset.width, height: +sheet.dataset.height, turns: +(sheet.dataset.turns || 0) });

  // The sheet that one looks at: of those in sight, the one with most of itself in sight.
  const current = () => {
    const seen = (sheet) => {
      const place = sheet.getBoundingClientRect(), room = (sheet.closest(".pane") || document.body).getBoundingClientRect();
      return Math.min(place.bottom, room.bottom, innerHeight) - Math.max(place.top, room.top, 0);
    };
    return every().sort((one, other) => seen(other) - seen(one))[0] || null;
  };

  const lay = (sheet) => {
    const { width, height, turns } = size(sheet), lying = turns % 2 === 1;
    const svg = sheet.querySelector("svg"), moved = ["", `translate(${height} 0) rotate(90)`, `translate(${width} ${height}) rotate(180)`, `translate(0 ${width}) rotate(270)`][turns];
    svg.setAttribute("viewBox", lying ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
    svg.querySelector("g.page").setAttribute("transform", moved);
    svg.style.width = `${Math.round(zoom * 100)}%`;
  };
  const says = () => all("[data-zoom-says]").forEach((one) => { one.textContent = `${Math.round(zoom * 100)} %`; });
  const zoomed = (to) => {
    const room = document.querySelector(".pane"), before = zoom;
    const down = room ? (room.scrollTop + room.clientHeight / 2) / room.scrollHeight : 0, across = room ? (room.scrollLeft + room.clientWidth / 2) / room.scrollWidth : 0;
    zoom = Math.min(MOST, Math.max(LEAST, to));
    if (zoom === before) return;
    every().forEach(lay); says();
    if (room) { room.scrollTop = down * room.scrollHeight - room.clientHeight / 2; room.scrollLeft = across * room.scrollWidth - room.clientWidth / 2; }
  };
  const turned = (by) => {
    const sheet = current();
    if (!sheet) return;
    sheet.dataset.turns = (size(sheet).turns + by + 4) % 4;
    lay(sheet);
    sheet.scrollIntoView({ block: "nearest" });
  };
  const steps = { in: () => zoomed(zoom * STEP), out: () => zoomed(zoom / STEP), fit: () => zoomed(1), right: () => turned(1), left: () => turned(-1) };
  const keys = { "+": "in", "=": "in", "-": "out", "0": "fit", r: "right", R: "left" };

  document.addEventListener("click", (event) => { const button = event.target.closest("[data-sheet]"); if (button) steps[button.dataset.sheet](); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || !keys[event.key] || !every().length) return;
    event.preventDefault(); steps[keys[event.key]]();
  });
  // The point of a page, in its own points, that lies under a point of the window.
  const point = (sheet, x, y) => {
    const page = sheet.querySelector("g.page"), at = new DOMPoint(x, y).matrixTransform(page.getScreenCTM().inverse());
    const { width, height } = size(sheet);
    return { x: Math.min(Math.max(at.x, 0), width), y: Math.min(Math.max(at.y, 0), height) };
  };
  return { every, current, size, point };
})();
