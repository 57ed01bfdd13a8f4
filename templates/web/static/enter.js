// Entering a complaint with keys alone: Enter goes on to the next field, arrows walk what was found, Ctrl+Enter sends.
"use strict";
(() => {
  const form = document.getElementById("enter");
  if (!form) return;
  const all = (what, within = form) => Array.from(within.querySelectorAll(what));
  const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const options = (list) => all("[data-fill]", list);
  const close = (list) => {
    list.textContent = "";
    all("[data-look]").filter((one) => listOf(one) === list).forEach((one) => one.setAttribute("aria-expanded", "false"));
  };
  const inputOf = (list) => all("[data-look]").find((one) => listOf(one) === list);
  const fields = () => all("input:not([type=hidden]), select, textarea, button[data-send]").filter((one) => !one.disabled && one.offsetParent && !(one.type === "radio" && !one.checked));
  const next = (from) => { const known = fields(), after = known[known.indexOf(from) + 1]; if (after) { after.focus(); if (after.select && after.type !== "radio" && after.type !== "checkbox") after.select(); } };

  const take = (option) => {
    const list = option.closest(".found"), values = JSON.parse(option.dataset.fill);
    Object.entries(values).forEach(([name, value]) => { const field = form.elements[name]; if (field && (value || name.startsWith("items.") === false)) field.value = value; });
    if (option.dataset.card && window.htmx) window.htmx.ajax("GET", option.dataset.card, { target: "#card", swap: "innerHTML" });
    const input = inputOf(list);
    close(list);
    if (input) { input.focus(); next(input); }
    if (window.htmx) window.htmx.trigger("#alike", "changed");
  };
  document.addEventListener("click", (event) => { const option = event.target.closest("[data-fill]"); if (option) take(option); });

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const at = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-send]")); return; }
    if (at.matches("[data-fill]")) {
      const list = at.closest(".found"), known = options(list), here = known.indexOf(at);
      if (event.key === "ArrowDown") { event.preventDefault(); known[Math.min(here + 1, known.length - 1)].focus(); }
      if (event.key === "ArrowUp") { event.preventDefault(); (here ? known[here - 1] : inputOf(list)).focus(); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); const input = inputOf(list); close(list); input.focus(); }
      return;
    }
    if (at.matches("[data-look]")) {
      const list = listOf(at), known = options(list);
      if (event.key === "ArrowDown" && known.length) { event.preventDefault(); known[0].focus(); return; }
      if (event.key === "Escape" && list.textContent.trim()) { event.preventDefault(); event.stopPropagation(); close(list); return; }
    }
    if (event.key === "Enter" && at.matches("input")) { event.preventDefault(); next(at); }
  });
  // Sent once, however often one presses.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sent; });
  // What was found goes when one leaves its field, unless one goes into it.
  form.addEventListener("focusout", (event) => {
    const box = event.target.closest(".looked");
    if (box && !box.contains(event.relatedTarget)) all(".found", box).forEach(close);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const input = inputOf(event.detail.target);
    if (!input) return;
    if (!event.detail.target.closest(".looked").contains(document.activeElement)) { close(event.detail.target); return; }
    input.setAttribute("aria-expanded", options(event.detail.target).length ? "true" : "false");
  });
})();
