// The 8D's editor: photos pasted or dropped in; the 5-why chain by keys.
"use strict";
(() => {
  const all = (what, within = document) => Array.from(within.querySelectorAll(what));
  // ---- photos: a picture in the clipboard, or dropped on the page, is sent as if it had been chosen. The page is not
  // left for it: what is typed and not saved stays.
  const form = document.getElementById("photo-form");
  const input = () => form.elements.photo;
  const send = (files) => {
    const pictures = Array.from(files).filter((one) => one.type.startsWith("image/"));
    if (!form || !pictures.length) return false;
    const held = new DataTransfer();
    pictures.forEach((one, n) => held.items.add(one.name && one.name !== "image.png" ? one : new File([one], `${form.dataset.name}-${n + 1}.png`, { type: one.type })));
    input().files = held.files;
    form.requestSubmit();
    return true;
  };
  const goes = async (sent) => {
    sent.classList.add("waits");
    try {
      const answer = await fetch(sent.action, { method: "POST", body: new FormData(sent) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), photos = page.getElementById("photos");
      if (!photos) { location.reload(); return; }
      document.getElementById("photos").replaceWith(document.adoptNode(photos));
      all("form[data-photo]").forEach((one) => one.remove());
      all("form[data-photo]", page).forEach((one) => form.after(document.adoptNode(one)));
      const said = page.querySelector("main > .flash[role=status]");
      if (said) { const line = document.adoptNode(said); document.getElementById("photos").prepend(line); }
    } catch { location.reload(); } finally { sent.classList.remove("waits"); }
  };
  document.addEventListener("submit", (event) => { if (event.target.matches("#photo-form, form[data-photo]")) { event.preventDefault(); goes(event.target); } }, true);
  document.addEventListener("change", (event) => { if (form && event.target === input()) form.requestSubmit(); });
  document.addEventListener("paste", (event) => { if (event.clipboardData && event.clipboardData.files.length && send(event.clipboardData.files)) event.preventDefault(); });
  document.addEventListener("dragover", (event) => { if (form && event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files")) { event.preventDefault(); form.classList.add("over"); } });
  document.addEventListener("dragleave", () => { if (form) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => { if (form && event.dataTransfer && event.dataTransfer.files.length) { event.preventDefault(); form.classList.remove("over"); send(event.dataTransfer.files); } });

  // ---- five whys: Enter goes on to the next, Alt and arrows move one, Backspace in an empty one takes it out
  const rows = (input) => all("input", input.closest(".whys"));
  const shown = (input) => { input.closest(".cell").hidden = false; };
  all(".whys .cell.later").forEach((cell) => { if (!cell.querySelector("input").value) cell.hidden = true; });
  const changed = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest(".whys input");
    if (!input || input.readOnly || event.isComposing) return;
    const every = rows(input), at = every.indexOf(input);
    if (event.key === "Enter") {
      event.preventDefault();
      const next = every[at + 1];
      if (next) { shown(next); next.focus(); }
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const other = every[at + (event.key === "ArrowUp" ? -1 : 1)];
      if (other && !other.closest(".cell").hidden) { [input.value, other.value] = [other.value, input.value]; changed(input); changed(other); other.focus(); }
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const other = every[at + (event.key === "ArrowUp" ? -1 : 1)];
      if (other && !other.closest(".cell").hidden) { event.preventDefault(); other.focus(); }
    } else if (event.key === "Backspace" && input.value === "") {
      event.preventDefault();
      for (let n = at; n < every.length - 1; n += 1) every[n].value = every[n + 1].value;
      every[every.length - 1].value = ""; changed(input);
      const last = every.filter((one) => !one.closest(".cell").hidden).pop();
      if (last && last.closest(".cell").classList.contains("later") && !last.value) last.closest(".cell").hidden = true;
      const to = every[Math.max(at - 1, 0)];
      to.focus(); to.setSelectionRange(to.value.length, to.value.length);
    }
  });
})();
