// Uploads, live progress; all else works without this script.
"use strict";

// What the server shows now takes the place of what stands here, row by row, without a reload.
const inbox = () => document.getElementById("inbox");
const merge = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of ["taken", "counts"]) {
    const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && now) old.replaceWith(document.adoptNode(now));
  }
  const there = fresh.getElementById("inbox");
  if (!there) return;
  if (inbox().hidden) {
    document.querySelector("#inbox + p")?.remove();
    inbox().replaceWith(document.adoptNode(there));
  } else {
    for (const row of [...there.tBodies[0].rows].reverse()) {
      const old = document.getElementById(row.id);
      if (!old) inbox().tBodies[0].prepend(document.adoptNode(row));
      else if (old.dataset.state !== row.dataset.state) old.replaceWith(document.adoptNode(row));
    }
  }
  follow();
};
const refresh = async () => {
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (answer.ok) merge(await answer.text());
};

for (const area of document.querySelectorAll("form[data-upload]")) {
  const files = area.querySelector("input[type=file]");
  const stop = (event) => event.preventDefault();
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => { stop(event); area.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    area.addEventListener(name, (event) => { stop(event); area.classList.remove("over"); });
  }
  area.addEventListener("drop", (event) => {
    files.files = event.dataTransfer.files;
    if (files.files.length) area.requestSubmit();
  });
  area.addEventListener("submit", async (event) => {
    stop(event);
    const said = document.getElementById("taken");
    said.textContent = area.dataset.sending;
    const headers = { Accept: "text/html" };
    const token = document.querySelector("meta[name=csrf]");
    if (token) headers["X-CSRF-Token"] = token.content;
    try {
      const answer = await fetch(area.action, { method: "POST", body: new FormData(area), headers });
      const html = await answer.text();
      const mishap = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]");
      if (mishap) said.textContent = mishap.textContent;
      else { merge(html); if (answer.ok) area.reset(); }
    } catch {
      said.textContent = area.dataset.lost;
    }
  });
}

// One stream a job; a browser opens six at a time to one host, so the others wait for their turn.
const streams = new Map();
const follow = () => {
  for (const row of document.querySelectorAll("[data-job]")) {
    const id = row.dataset.job;
    if (streams.has(id) || streams.size >= 4) continue;
    const stream = new EventSource(`/api/v1/jobs/${id}/events`);
    streams.set(id, stream);
    const show = (event) => {
      const job = JSON.parse(event.data);
      const bar = row.querySelector("progress");
      const text = row.querySelector(".stage");
      if (job.pages) { bar.max = job.pages; bar.value = job.page ?? 0; }
      if (job.stage) text.textContent = row.dataset[job.stage] ?? text.textContent;
      if (job.pages) text.textContent += ` ${job.page ?? 0}/${job.pages}`;
      if (job.state === "done" || job.state === "failed") {
        stream.close();
        streams.delete(id);
        refresh();
      }
    };
    for (const name of ["progress", "done", "failed"]) stream.addEventListener(name, show);
  }
};
if (inbox()) follow();
