// Reading a value off a page: a box drawn by mouse, finger or keys, or words marked in a text, becomes a field's value
// with its place. Nothing is saved until the reviewer saves.
"use strict";
(() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const SVG = "http://www.w3.org/2000/svg", LEAST = 3, STEP = 6;
  const values = document.getElementById("values");
  if (!values || !window.sheets) return;
  const panel = () => document.getElementById("drawn");
  const rows = () => all(".value[data-path]", values);
  const row = (mark) => rows().find((one) => one.dataset.mark === mark);
  const field = (mark) => document.getElementById("f-" + mark);
  let target = "", drawing = null, read = null, put = "", asked = 0;

  document.addEventListener("focusin", (event) => { const one = event.target.closest(".value[data-path]"); if (one && !drawing) target = one.dataset.mark; });

  // ---- drawing
  const begin = (mark, byKeys) => {
    const sheet = window.sheets.current();
    if (!sheet || !panel()) return;
    end();
    target = mark;
    document.body.classList.add("draws");
    drawing = { sheet: null, byKeys, rect: document.createElementNS(SVG, "rect") };
    drawing.rect.setAttribute("class", "box drawn");
    if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
    if (mark && row(mark)) row(mark).classList.add("aimed");
    const lit = mark && document.querySelector(`rect.box[data-marks="${mark}"]:not(.drawn)`);
    if (byKeys) placed((lit && lit.closest("figure.sheet")) || sheet, lit);
    (lit || sheet).scrollIntoView({ block: lit ? "center" : "nearest" });
    says(panel().dataset[mark ? "drawFor" : "draw"].replace("{field}", mark ? name(mark) : ""));
    ready(sheet);
  };
  // With keys the box begins where the value is thought to stand, else in the middle of what is in sight.
  const placed = (sheet, lit) => {
    const { width, height } = window.sheets.size(sheet);
    const room = sheet.closest(".pane").getBoundingClientRect(), place = sheet.querySelector("svg").getBoundingClientRect();
    const top = Math.max(room.top, place.top, 0), bottom = Math.min(room.bottom, place.bottom, innerHeight);
    const middle = window.sheets.point(sheet, (Math.max(room.left, place.left) + Math.min(room.right, place.right)) / 2, (top + bottom) / 2);
    const box = lit
      ? { x: +lit.getAttribute("x"), y: +lit.getAttribute("y"), w: +lit.getAttribute("width"), h: +lit.getAttribute("height") }
      : { x: Math.max(middle.x - width / 10, 0), y: Math.max(middle.y - 9, 0), w: width / 5, h: Math.min(18, height) };
    Object.assign(drawing, { sheet, box });
    sheet.querySelector("g.page").append(drawing.rect);
    shape();
  };
  const shape = () => { const { rect, box } = drawing; Object.entries({ x: box.x, y: box.y, width: box.w, height: box.h }).forEach(([key, value]) => rect.setAttribute(key, value)); };
  const end = () => {
    if (drawing) drawing.rect.remove();
    drawing = null;
    document.body.classList.remove("draws");
    all(".aimed").forEach((one) => one.classList.remove("aimed"));
    if (panel()) says("");
  };
  const says = (text) => { const line = document.querySelector("[data-draw-says]"); if (line) line.textContent = text; };
  const name = (mark) => { const one = row(mark); return one ? one.dataset.said : ""; };

  document.addEventListener("pointerdown", (event) => {
    const sheet = drawing && event.button === 0 && event.target.closest("figure.sheet");
    if (!sheet || !event.target.closest("svg")) return;
    event.preventDefault();
    const from = window.sheets.point(sheet, event.clientX, event.clientY);
    Object.assign(drawing, { sheet, from, box: { x: from.x, y: from.y, w: 0, h: 0 } });
    sheet.querySelector("g.page").append(drawing.rect);
    sheet.querySelector("svg").setPointerCapture(event.pointerId);
    shape();
  });
  document.addEventListener("pointermove", (event) => {
    if (!drawing || !drawing.from) return;
    const { from, sheet } = drawing, to = window.sheets.point(sheet, event.clientX, event.clientY);
    drawing.box = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
    shape();
  });
  document.addEventListener("pointerup", () => {
    if (!drawing || !drawing.from) return;
    drawing.from = null;
    if (drawing.box.w >= LEAST && drawing.box.h >= LEAST) look(); else drawing.rect.remove();
  });
  document.addEventListener("pointercancel", () => { if (drawing && drawing.from) end(); });

  // The arrows move the box as one sees it, also on a page that is turned; with Shift they make it larger or smaller.
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const moved = (event) => {
    const { sheet, box } = drawing, { width, height, turns } = window.sheets.size(sheet);
    let [across, down] = arrows[event.key];
    for (let n = 0; n < turns; n += 1) [across, down] = [down, -across];
    const far = event.ctrlKey ? 1 : STEP;
    if (event.shiftKey) {
      const grows = arrows[event.key][0] + arrows[event.key][1] > 0 ? 1 : -1;  // right and down: larger
      if (across) { if (across * grows < 0) box.x -= grows * far; box.w += grows * far; } else { if (down * grows < 0) box.y -= grows * far; box.h += grows * far; }
    } else { box.x += across * far; box.y += down * far; }
    box.w = Math.min(Math.max(box.w, LEAST + 1), width); box.h = Math.min(Math.max(box.h, LEAST + 1), height);
    box.x = Math.min(Math.max(box.x, 0), width - box.w); box.y = Math.min(Math.max(box.y, 0), height - box.h);
    shape();
    drawing.rect.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (drawing) {
      if (event.key === "Escape") { event.preventDefault(); const mark = target; end(); if (field(mark)) field(mark).focus(); }
      else if (arrows[event.key]) { event.preventDefault(); event.stopPropagation(); if (drawing.sheet) moved(event); else placed(window.sheets.current(), null); }
      else if (event.key === "Enter" && drawing.sheet) { event.preventDefault(); look(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === "f") { event.preventDefault(); if (!marked()) begin(target, true); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draw-into]");
    if (button) { const open = drawing !== null; end(); if (!open || button.dataset.drawInto) begin(button.dataset.drawInto, event.detail === 0); return; }
    const instead = event.target.closest("[data-instead]");
    if (instead) { choose(instead); return; }
    if (event.target.closest("[data-drawn=undo]")) undo();
    if (event.target.closest("[data-drawn=close]")) close();
  });

  // ---- words marked in a text
  const marked = () => {
    const chosen = getSelection(), text = chosen && chosen.rangeCount ? chosen.toString() : "";
    const said = text.trim() && chosen.anchorNode.parentElement.closest(".said[data-part]");
    if (!said || !said.contains(chosen.focusNode)) return false;
    const range = chosen.getRangeAt(0), before = document.createRange();
    before.selectNodeContents(said); before.setEnd(range.startContainer, range.startOffset);
    const raw = range.toString(), lead = raw.length - raw.trimStart().length;
    const start = Array.from(before.toString() + raw.slice(0, lead)).length, words = raw.trim();
    ask({ mail: said.dataset.mail, part: said.dataset.part, page: 1, start, text: words }, null);
    return true;
  };

  // ---- asking what stands there
  const path = (mail) => `/records/${values.dataset.record}/mails/${mail}/words`;
  const headers = () => ({ "X-Form-Token": values.querySelector("[name=token]").value });
  const ready = (sheet) => {
    if (ready.done) return;
    ready.done = true;
    fetch(path(sheet.dataset.mail) + "/ready", { method: "POST", headers: headers() }).catch(() => {});
  };
  const look = () => {
    const { sheet, box } = drawing, edges = [box.x, box.y, box.x + box.w, box.y + box.h].map((one) => one.toFixed(2)).join(",");
    drawing.rect.classList.add("waits");
    says(panel().dataset.reads);
    ask({ mail: sheet.dataset.mail, part: sheet.dataset.part, page: sheet.dataset.page, turns: window.sheets.size(sheet).turns, box: edges }, sheet);
  };
  const ask = async ({ mail, ...what }, sheet) => {
    const mine = (asked += 1), mark = target;
    let answer;
    try {
      const sent = await fetch(path(mail), { method: "POST", headers: headers(), body: new URLSearchParams(what) });
      answer = await sent.json();
    } catch { answer = { trouble: panel().dataset.trouble }; }
    if (mine !== asked || (sheet && !drawing)) return;
    if (answer.trouble || !answer.text) {
      if (drawing) { drawing.rect.classList.remove("waits"); says(answer.trouble || panel().dataset.nothing); }
      return;
    }
    end();
    read = { ...answer, sheet }; put = "";
    offer(mark);
  };

  // ---- what was read, and into which field it goes
  const offer = (mark) => {
    const shown = panel(), into = shown.querySelector("select");
    shown.querySelector("[data-words]").textContent = read.text;
    shown.querySelector("[data-sure]").textContent = read.sure === null ? "" : `${Math.round(read.sure * 100)} %`;
    const fits = (one) => read.values[one.dataset.name] !== undefined;
    const rank = (one) => (one.dataset.mark === mark ? 0 : fits(one) ? 1 + (+one.dataset.rank) : 9);
    into.replaceChildren(new Option(shown.dataset.choose, ""));
    rows().filter((one) => fits(one) || one.dataset.mark === mark || !field(one.dataset.mark).matches("select")).sort((a, b) => rank(a) - rank(b)).forEach((one) => {
      const value = read.values[one.dataset.name];
      into.append(new Option(value === undefined ? one.dataset.said : `${one.dataset.said} ← ${value.slice(0, 40)}`, one.dataset.mark));
    });
    shown.hidden = false;
    if (mark && row(mark)) { into.value = mark; take(mark); } else { into.value = ""; into.focus(); }
  };
  const take = (mark) => {
    if (put && put !== mark) back(put);
    const one = row(mark), input = field(mark), value = read.values[one.dataset.name];
    put = mark;
    if (value === undefined && input.matches("select")) return;
    if (!("before" in input.dataset)) input.dataset.before = input.value;
    input.value = value === undefined ? read.text.replace(/\s*\n\s*/g, " ") : value;
    spot(one).value = JSON.stringify(read.spot);
    one.classList.add("taken");
    const about = one.querySelector(".about"), said = about.querySelector(".now") || Object.assign(document.createElement("span"), { className: "now" });
    said.textContent = panel().dataset.taken;
    about.prepend(said);
    one.classList.toggle("unlike", value === undefined);
    all(`[data-marks~="${mark}"]`).forEach((box) => box.classList.add("left-behind"));
    if (read.sheet && read.spot.box) {
      const box = document.createElementNS(SVG, "rect"), [x0, y0, x1, y1] = read.spot.box;
      Object.entries({ class: "box taken lit", x: x0 - 1, y: y0 - 1, width: x1 - x0 + 2, height: y1 - y0 + 2, "data-marks": mark }).forEach(([key, text]) => box.setAttribute(key, text));
      read.sheet.querySelector("g.page").append(box);
    }
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  };
  const spot = (one) => {
    let kept = one.querySelector("input[data-spot-of]");
    if (!kept) { kept = document.createElement("input"); kept.type = "hidden"; kept.name = "s:" + one.dataset.path; kept.dataset.spotOf = one.dataset.mark; one.append(kept); }
    return kept;
  };
  const back = (mark) => {
    const one = row(mark), input = field(mark);
    if ("before" in input.dataset) { input.value = input.dataset.before; delete input.dataset.before; }
    all("input[data-spot-of]", one).forEach((kept) => kept.remove());
    one.classList.remove("taken", "unlike");
    all(".now", one).forEach((said) => said.remove());
    all(`rect.taken[data-marks="${mark}"]`).forEach((box) => box.remove());
    all(`[data-marks~="${mark}"]`).forEach((box) => box.classList.remove("left-behind"));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Another reading of a value, offered beside it: taken with the place where it stands.
  const choose = (button) => {
    const mark = button.dataset.instead, input = field(mark), one = row(mark), place = button.dataset.place ? JSON.parse(button.dataset.place) : null;
    put = "";
    back(mark);
    input.dataset.before = input.value;
    input.value = button.dataset.value;
    if (place && one) spot(one).value = button.dataset.place;
    input.closest(".value").classList.add("taken");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  };
  const undo = () => { if (put) { const mark = put; back(mark); put = ""; close(); field(mark).focus(); } else close(); };
  const close = () => { panel().hidden = true; read = null; };
  document.addEventListener("change", (event) => { if (event.target.closest("#drawn select") && read) { if (event.target.value) take(event.target.value); else if (put) { back(put); put = ""; } } });
})();
