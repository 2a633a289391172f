// Pages of the text: saving while one types, quoting by selecting words, and a few keys. Every page works without it.

const say = document.querySelector("[data-saved]");
const tell = (kind, extra) => { if (say) say.textContent = (say.dataset["say" + kind] ?? "") + (extra ? " " + extra : ""); };

// Saving while one types. The form's key stays at home: it belongs to what the person sends.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  let timer = 0, busy = false, dirty = false, pressed = null;
  const save = async () => {
    if (busy) return;
    busy = true;
    dirty = false;
    tell("Saving");
    const data = new URLSearchParams(new FormData(form));
    data.delete("key");
    if (!data.has("do")) data.set("do", form.querySelector("button[name=do]")?.value ?? "save");
    try {
      const res = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: data });
      const out = await res.json();
      if (res.ok) {
        for (const name of ["was", "row"]) if (out[name] !== undefined) form.elements[name].value = out[name];
        tell("Saved", out.saved);
      } else {
        tell("Wait", out.error);
        if (out.theirs !== undefined) conflict(form, out);
      }
    } catch {
      tell("Wait");
    }
    busy = false;
    if (pressed) form.requestSubmit(pressed);
    else if (dirty) later();
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 1200); };
  form.addEventListener("input", () => { dirty = true; tell("Wait"); later(); });
  form.addEventListener("submit", (e) => {
    clearTimeout(timer);
    if (busy) { // what is on its way comes first, else the two would meet
      e.preventDefault();
      pressed = e.submitter;
      return;
    }
    dirty = false;
    form.dataset.sent = "1";
  });
  addEventListener("beforeunload", (e) => { if ((dirty || busy) && !form.dataset.sent) e.preventDefault(); });
}

// What the other one wrote stands above one's own words; saving again puts these in their place.
function conflict(form, out) {
  let note = form.querySelector("[data-conflict]");
  if (!note) {
    note = document.createElement("div");
    note.className = "note note-warn";
    note.dataset.conflict = "";
    note.append(document.createElement("p"), document.createElement("p"));
    note.lastChild.className = "prop";
    note.lastChild.lang = "vi";
    form.prepend(note);
  }
  note.firstChild.textContent = out.error;
  note.lastChild.textContent = out.theirs;
  form.elements.was.value = out.was;
}

// Words selected in a clause become the quote of its newest comment.
document.addEventListener("selectionchange", () => {
  const s = document.getSelection();
  if (!s || s.isCollapsed || !s.anchorNode || !s.focusNode) return;
  const at = (n) => (n.nodeType === 1 ? n : n.parentElement)?.closest("[data-words]");
  const words = at(s.anchorNode);
  if (!words || words !== at(s.focusNode)) return;
  const id = words.closest("[data-clause]")?.dataset.clause;
  const fields = id && document.querySelectorAll(`[data-quote="${CSS.escape(id)}"]`);
  if (!fields?.length) return;
  const field = fields[fields.length - 1];
  const range = s.getRangeAt(0).cloneContents();
  for (const ref of range.querySelectorAll("sup")) ref.remove();
  const quote = range.textContent.trim();
  if (quote && field.value !== quote) {
    field.value = quote;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// Changes shown while one types, word by word as the server shows them after saving.
const words = (t) => t.normalize("NFC").match(/\d+(?:[.,/]\d+)*%?|[\p{L}\p{M}\p{N}]+|\s+|[^\s]/gu) ?? [];
function compare(a, b) {
  const x = words(a), y = words(b), n = x.length, m = y.length;
  if (n * m > 4e6) return [["", b]];
  const at = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) at[i][j] = x[i] === y[j] ? at[i + 1][j + 1] + 1 : Math.max(at[i + 1][j], at[i][j + 1]);
  const out = [];
  const add = (op, t) => { if (out.length && out[out.length - 1][0] === op) out[out.length - 1][1] += t; else out.push([op, t]); };
  let i = 0, j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && x[i] === y[j]) { add("", y[j]); i++; j++; }
    else if (i < n && (j === m || at[i + 1][j] >= at[i][j + 1])) add("del", x[i++]);
    else add("ins", y[j++]);
  }
  return out;
}
const kept = (list) => list.reduce((n, [op, t]) => n + (op ? 0 : t.length), 0);
const draw = (box, list) => box.replaceChildren(...list.map(([op, t], i) => {
  if (!op) return t;
  const e = document.createElement(op);
  if (op === "ins" && list[i - 1]?.[0] === "del") e.className = "next";
  e.textContent = t;
  return e;
}));
const result = document.querySelector("#result"), diff = document.querySelector("[data-diff]");
if (result && diff) result.addEventListener("input", () => draw(diff, compare(result.dataset.was, result.value)));
for (const card of document.querySelectorAll("[data-card]")) {
  const field = card.querySelector("[data-base]"), box = card.querySelector("[data-shows]"), quote = card.querySelector("[data-quote]");
  field?.addEventListener("input", () => {
    const whole = compare(field.dataset.base, field.value), part = compare(quote.value, field.value);
    const list = kept(whole) * 2 >= field.dataset.base.length ? whole : quote.value && kept(part) * 5 >= quote.value.length * 3 ? part : [["", field.value]];
    box.parentElement.hidden = !field.value;
    draw(box, list);
  });
}

// Keys: J and K through the changes, 1 to 5 for a decision, Ctrl Enter to save and go on. Single letters outside fields only.
const changes = [...document.querySelectorAll(".inl .chg[id]")];
const go = (step) => {
  const now = changes.findIndex((c) => "#" + c.id === location.hash);
  const to = changes[Math.min(changes.length - 1, Math.max(0, now + step))];
  if (to) location.hash = to.id;
};
document.querySelector("[data-j]")?.addEventListener("click", (e) => { e.preventDefault(); go(1); });
document.querySelector("[data-k]")?.addEventListener("click", (e) => { e.preventDefault(); go(-1); });

addEventListener("keydown", (e) => {
  const field = e.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select");
  const form = document.querySelector("form[data-keys]");
  if (form && e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    form.requestSubmit(form.querySelector("button[value=next]"));
    return;
  }
  if (field || e.ctrlKey || e.metaKey || e.altKey) return;
  const key = e.key.toLowerCase();
  if (changes.length && (key === "j" || key === "k")) go(key === "j" ? 1 : -1);
  else if (form && key === "j") document.querySelector("[data-next]")?.click();
  else if (form && key === "k") document.querySelector("[data-prev]")?.click();
  else if (form && key >= "1" && key <= "5") form.querySelectorAll("[name=disposition]")[key - 1]?.click();
});
