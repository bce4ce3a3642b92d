// Review by keys, marks where a field was read, keeps what was typed until the server has it.
"use strict";

const source = document.querySelector(".source");
const show = () => {
  const mine = document.querySelector(".sheet .row, .source .row");
  if (!source || !mine) return;
  const at = mine.getBoundingClientRect();
  const frame = source.getBoundingClientRect();
  source.scrollTop += at.top - frame.top - Math.max(0, (frame.height - at.height) / 3);
  source.scrollLeft += at.left - frame.left - Math.max(8, (frame.width - at.width) / 2);
};

// Where a field was read is marked while its row of the card is pointed at, or typed in.
const mark = (name) => {
  for (const one of document.querySelectorAll(".source [data-field], .card [data-field]")) {
    one.classList.toggle("marked", one.dataset.field === name);
  }
};
for (const row of document.querySelectorAll(".card [data-field]")) {
  row.addEventListener("mouseenter", () => mark(row.dataset.field));
  row.addEventListener("focusin", () => mark(row.dataset.field));
}
source?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-task]")?.querySelector("a");
  if (link && !event.target.closest("a") && !String(getSelection())) link.click();
});
const zoom = document.querySelector("[data-zoom]");
const shown = () => {
  const near = sessionStorage.getItem("kehoach:near") === "1";
  document.querySelector(".sheet")?.classList.toggle("near", near);
  document.querySelector(".sheet image")?.addEventListener("load", show);
  show();
};
if (zoom) {
  zoom.hidden = false;
  zoom.addEventListener("click", () => {
    const near = document.querySelector(".sheet")?.classList.contains("near");
    sessionStorage.setItem("kehoach:near", Number(!near));
    shown();
  });
}
shown();
// A source that was not made yet when the page was: it is put in its place as soon as it is there.
if (source?.dataset.later) {
  fetch(source.dataset.later, { headers: { Accept: "text/html" } })
    .then((answer) => answer.text())
    .then((html) => { source.innerHTML = html; shown(); })
    .catch(() => {});
}

// What is typed is kept in this browser at each key, and by the server as soon as the row is left.
const form = document.getElementById("card");
const inputs = form ? [...form.querySelectorAll("textarea, input[name=ordinal], input[name=reason]")] : [];
const begun = Object.fromEntries(inputs.map((one) => [one.name, one.defaultValue]));
const dirty = () => inputs.some((one) => one.value !== begun[one.name]);
// The server tells that it has what was sent: then this browser forgets it, and it can be undone.
const sent = sessionStorage.getItem("kehoach:sent");
if (sent && document.querySelector("form.said")) localStorage.removeItem(sent);
sessionStorage.removeItem("kehoach:sent");
if (form) {
  const key = `kehoach:${form.dataset.draft}`;
  form.addEventListener("submit", () => sessionStorage.setItem("kehoach:sent", key));
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (kept && Object.entries(kept).some(([name, words]) => name in begun && begun[name] !== words)) {
    for (const one of inputs) one.value = kept[one.name] ?? one.value;
    const note = form.querySelector(".draft");
    note.textContent = form.dataset.lost;
    note.hidden = false;
  } else {
    localStorage.removeItem(key);
  }
  form.addEventListener("input", () => {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(inputs.map((one) => [one.name, one.value]))));
  });
  // As in any form, what a tab leads to is typed over.
  form.addEventListener("keyup", (event) => {
    if (event.key === "Tab" && event.target.matches("textarea")) event.target.select();
  });
  for (const one of form.querySelectorAll("[data-offer]")) {
    one.addEventListener("click", (event) => {
      event.preventDefault();
      const field = document.getElementById(one.dataset.for);
      field.value = one.dataset.offer;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href*='task=']");
  if (!link || event.defaultPrevented || !dirty()) return;
  event.preventDefault();
  const address = link.href.baseVal ?? link.href; // in a picture it is an object
  form.elements.then.value = new URL(address, location.href).searchParams.get("task");
  form.requestSubmit(form.querySelector("[data-save]"));
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  const typing = event.target.matches("textarea, select, input:not([type=checkbox])");
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    const first = form?.querySelector("[data-key=Enter]");
    if (event.key === "Enter" && event.ctrlKey && form?.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit(first?.matches("button") ? first : form.querySelector("[data-save]"));
    }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && event.target.matches("button, a, summary")) return;
  if (event.key === "e") {
    event.preventDefault();
    document.getElementById("f-description")?.focus();
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
  if (wanted.matches("summary")) wanted.parentElement.scrollIntoView({ block: "center" });
});
// A key that is held down, or pressed twice, does a thing once.
for (const one of document.querySelectorAll("form")) {
  one.addEventListener("submit", (event) => {
    if (one.dataset.sent) event.preventDefault();
    one.dataset.sent = "1";
  });
}

for (const one of document.querySelectorAll("[data-understood]")) {
  let waiting;
  const output = document.getElementById(one.getAttribute("aria-describedby"));
  const ask = async () => {
    const words = one.value;
    if (!words.trim()) { output.textContent = ""; return; }
    const answer = await fetch(`${one.dataset.understood}&text=${encodeURIComponent(words.slice(0, 2000))}`);
    if (answer.ok && one.value === words) output.textContent = `→ ${await answer.text()}`;
  };
  one.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
  if (one.value !== one.defaultValue) ask();
}

// Names of bodies are offered for the piece that is typed: arrows choose, Enter or Tab takes.
for (const one of document.querySelectorAll("[data-bodies]")) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  one.after(list);
  let waiting, chosen = -1;
  const piece = () => {
    const head = one.value.slice(0, one.selectionStart);
    const begin = Math.max(...[";", ",", "\n"].map((sign) => head.lastIndexOf(sign))) + 1;
    return [begin, head.slice(begin).trim()];
  };
  const close = () => { list.hidden = true; chosen = -1; };
  const take = (name) => {
    const [begin] = piece();
    const space = begin && one.value[begin - 1] !== "\n" ? " " : "";
    one.setRangeText(space + name, begin, one.selectionStart, "end");
    one.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(waiting);
    close();
  };
  const ask = async () => {
    const [, words] = piece();
    if (words.length < 2) { close(); return; }
    const answer = await fetch(`${one.dataset.bodies}?text=${encodeURIComponent(words.slice(0, 200))}`);
    if (!answer.ok || piece()[1] !== words) return;
    list.replaceChildren(...(await answer.json()).map((body) => {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.dataset.name = body.name;
      item.append(body.name, Object.assign(document.createElement("span"), { className: "soft", textContent: ` ${body.about}` }));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(body.name); });
      return item;
    }));
    chosen = -1;
    list.hidden = !list.children.length;
  };
  one.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
  one.addEventListener("blur", close);
  one.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + list.children.length) % list.children.length;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at === chosen));
    } else if ((event.key === "Enter" && !event.ctrlKey || event.key === "Tab") && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen].dataset.name);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
}
