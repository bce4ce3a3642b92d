// Uploads and live progress; reading, searching and downloading work without this script.
"use strict";

for (const area of document.querySelectorAll("form[data-upload]")) {
  const files = area.querySelector("input[type=file]");
  const said = area.querySelector(".said");
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
    said.textContent = area.dataset.sending;
    const headers = { "Accept-Language": document.documentElement.lang };
    const token = document.querySelector("meta[name=csrf]");
    if (token) headers["X-CSRF-Token"] = token.content;
    try {
      const answer = await fetch(area.action, { method: "POST", body: new FormData(area), headers });
      const body = await answer.json();
      const refused = (body.files ?? []).filter((one) => one.error);
      if (!answer.ok) said.textContent = body.detail ?? answer.statusText;
      else if (refused.length) said.textContent = refused.map((one) => `${one.filename}: ${one.error[document.documentElement.lang]}`).join("\n");
      else location.assign("/");
    } catch {
      said.textContent = area.dataset.lost;
    }
  });
}

// One stream a job; a browser opens six at a time to one host, so the others wait for a reload.
const jobs = [...document.querySelectorAll("[data-job]")];
let left = jobs.length;
for (const row of jobs.slice(0, 4)) {
  const stream = new EventSource(`/api/v1/jobs/${row.dataset.job}/events`);
  const show = (event) => {
    const job = JSON.parse(event.data);
    const bar = row.querySelector("progress");
    const text = row.querySelector(".stage");
    if (job.pages) { bar.max = job.pages; bar.value = job.page ?? 0; }
    if (job.stage) text.textContent = row.dataset[job.stage] ?? text.textContent;
    if (job.pages) text.textContent += ` ${job.page ?? 0}/${job.pages}`;
    if (job.state === "done" || job.state === "failed") {
      stream.close();
      left -= 1;
      if (left === 0 || jobs.length > 4) location.reload();
    }
  };
  for (const name of ["progress", "done", "failed"]) stream.addEventListener(name, show);
}
