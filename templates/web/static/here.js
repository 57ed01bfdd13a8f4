// Who else is at this record: said to the server while the page is open, shown in a line; and nothing typed is lost by
// leaving the page unasked.
"use strict";
(() => {
  const line = document.querySelector("[data-here]");
  if (!line) return;
  const form = document.querySelector("form[data-guards]"), token = () => document.querySelector("input[name=token]").value;
  const typed = () => !!form && !sending && Array.from(form.querySelectorAll("input:not([type=hidden], [type=file]), textarea, select")).some((one) => (one.matches("select") ? Array.from(one.options).some((each) => each.selected !== each.defaultSelected) && one.value !== first.get(one) : one.value !== first.get(one)));
  const first = new Map(), remember = () => { if (form) form.querySelectorAll("input:not([type=hidden], [type=file]), textarea, select").forEach((one) => first.set(one, one.value)); };
  let sending = false, timer = 0;
  remember();
  const tell = async () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") {
      try {
        const sent = await fetch(line.dataset.here, { method: "POST", headers: { "X-Form-Token": token() }, body: new URLSearchParams({ version: line.dataset.version, typing: typed() }) });
        if (sent.ok && sent.headers.get("content-type").includes("json")) show(await sent.json());
      } catch { /* the server is away: it is asked again */ }
    }
    timer = setTimeout(tell, 15_000);
  };
  const show = ({ others, changed }) => {
    const said = others.join(" ") + changed;
    if (said === line.dataset.said) return;
    line.dataset.said = said;
    line.replaceChildren(...others.map((text) => Object.assign(document.createElement("span"), { textContent: `● ${text}` })));
    if (changed) {
      const again = Object.assign(document.createElement("a"), { href: location.pathname + location.search, textContent: line.dataset.again });
      line.append(Object.assign(document.createElement("strong"), { textContent: changed }), " ", again);
    }
  };
  let soon = 0;
  document.addEventListener("input", (event) => { if (form && form.contains(event.target)) { clearTimeout(soon); soon = setTimeout(tell, 800); } });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") tell(); });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sending = true; });
  window.addEventListener("beforeunload", (event) => { if (typed()) event.preventDefault(); });
  window.addEventListener("pagehide", () => navigator.sendBeacon(line.dataset.here, new URLSearchParams({ gone: "true", token: token() })));
  tell();
})();
