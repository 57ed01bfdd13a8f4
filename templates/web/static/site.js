// What the pages do beyond links and forms: keys, choosing rows, and asking again when something has changed.
"use strict";
(() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const typing = (at) => at.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  // ---- keys
  let before = "", since = 0;
  const rows = () => all("[data-row]");
  const mark = (row) => row && (row.querySelector("a[href], button") || row).focus();
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const show = () => { const keys = document.getElementById("keys"); if (keys && !keys.open) keys.showModal(); };
  const single = {
    j: () => mark(rows()[Math.min(here() + 1, rows().length - 1)]),
    k: () => mark(rows()[Math.max(here() - 1, 0)]),
    x: () => { const row = rows()[here()], box = row && row.querySelector("input[type=checkbox]"); if (box) box.click(); },
    "/": () => { const search = document.getElementById("search"); if (search) { search.focus(); search.select(); } },
    "?": show,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const now = Date.now(), pair = now - since < 1200 ? before + " " + event.key : "";
    const place = pair && all("[data-keys]").find((one) => one.dataset.keys === pair);
    before = event.key; since = now;
    if (place) { event.preventDefault(); place.click(); return; }
    if (single[event.key]) { event.preventDefault(); single[event.key](); }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) { const dialog = document.getElementById(opener.dataset.opens); if (dialog) dialog.showModal(); }
    all("details.me[open]").forEach((menu) => { if (!menu.contains(event.target) || opener) menu.open = false; });
  });

  // ---- choosing rows
  const boxes = () => all("input[name=number]");
  const count = () => {
    const bar = document.getElementById("assign");
    if (!bar) return;
    const chosen = boxes().filter((box) => box.checked).length, said = bar.querySelector("[data-chosen]");
    bar.hidden = chosen === 0;
    said.textContent = said.dataset.chosen.replace("{n}", chosen);
    all("[data-all]").forEach((box) => { box.checked = chosen > 0 && chosen === boxes().length; });
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-all], input[name=number]")) count();
  });

  // ---- live: the part is asked for again; what was chosen, and where one stood, stays
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = rows()[here()];
    kept = {
      chosen: new Set(boxes().filter((box) => box.checked).map((box) => box.value)),
      row: row ? row.dataset.row : "", box: !!row && document.activeElement.matches("input"),
      known: new Set(rows().map((one) => one.dataset.row)), all: event.detail.target.id,
    };
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (!kept) return;
    boxes().forEach((box) => { box.checked = kept.chosen.has(box.value); });
    rows().forEach((row) => {
      if (!kept.known.has(row.dataset.row)) row.classList.add("fresh");
      if (row.dataset.row === kept.row) mark(kept.box ? row.querySelector("input") : row);
    });
    count();
    kept = null;
  });
  all("[data-live]").forEach((part) => {
    const source = new EventSource(part.dataset.live);
    source.addEventListener("changed", () => { if (window.htmx) window.htmx.trigger(part, "changed"); });
    window.addEventListener("pagehide", () => source.close());
    source.addEventListener("open", () => { part.dataset.connected = "yes"; });
    source.addEventListener("error", () => { part.dataset.connected = "no"; });
  });
  count();
})();
