// The record's pages: a value and its place light up together, keys press what names them, boxes are asked to be looked at.
"use strict";
(() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const typing = (at) => at.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const named = (at) => { const one = at.closest && at.closest("[data-mark], [data-marks]"); return one ? (one.dataset.mark || one.dataset.marks).split(" ") : []; };
  const light = (marks, from) => {
    all(".lit").forEach((one) => one.classList.remove("lit"));
    marks.forEach((mark) => all(`[data-mark="${mark}"], [data-marks~="${mark}"]`).forEach((one) => one.classList.add("lit")));
    if (!from || !marks.length) return;
    const there = from.closest("[data-mark]") ? document.querySelector(`[data-marks~="${marks[0]}"]`) : document.querySelector(`[data-mark="${marks[0]}"]`);
    if (there) there.scrollIntoView({ block: "nearest", behavior: "auto" });
  };
  document.addEventListener("mouseover", (event) => { const marks = named(event.target); if (marks.length) light(marks); });
  // Where the two stand one above the other, a field that is entered does not run away from under the finger.
  const beside = matchMedia("(min-width: 1001px)");
  document.addEventListener("focusin", (event) => { const marks = named(event.target); if (marks.length) light(marks, beside.matches && !event.target.closest(".aim") ? event.target : null); });
  document.addEventListener("click", (event) => {
    if (document.body.classList.contains("draws")) return;
    const mark = event.target.closest("[data-marks]"), spot = event.target.closest("[data-spot]");
    if (mark) { const field = document.getElementById("f-" + mark.dataset.marks.split(" ")[0]); if (field) field.focus(); }
    if (spot) light([spot.dataset.spot], spot);
    const jump = event.target.closest("a[href^='#act-']");
    if (jump) open(jump.getAttribute("href").slice(1));
  });
  const open = (id) => { const act = document.getElementById(id); if (act) { const sort = act.closest("details.sort"); if (sort) sort.open = true; act.open = true; act.scrollIntoView(); const first = act.querySelector("input:not([type=hidden]), select, textarea, button"); if (first) first.focus({ preventScroll: true }); } };
  // On a telephone what may be done is a list of its kinds; each opens by a touch.
  if (matchMedia("(max-width: 760px)").matches) all("details.sort").forEach((sort) => { sort.open = false; });
  if (location.hash.startsWith("#act-")) open(location.hash.slice(1));
  const single = {
    e: () => { const first = document.querySelector(".value.doubt, .value.odd, .value.lacks, .value"); const field = first && first.querySelector("input, select, textarea"); if (field) field.focus(); },
    n: () => {
      const found = all(".check, .tag.bad"); if (!found.length) return;
      const at = found.indexOf(document.activeElement.closest(".check, .tag.bad")), next = found[(at + 1) % found.length];
      next.tabIndex = -1; next.focus(); next.scrollIntoView({ block: "center" });
    },
  };
  let before = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
    const pair = Date.now() - before < 1200; before = event.key === "g" ? Date.now() : 0;
    if (pair) return;
    const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (named) { event.preventDefault(); named.click(); if (named.hash) { const to = document.querySelector(named.hash); if (to) to.focus(); } return; }
    if (single[event.key]) { event.preventDefault(); single[event.key](); }
  });
})();
