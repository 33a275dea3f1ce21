// A live feed: a snapshot, then each change; older revisions are ignored, and a lost connection is said and mended.
const feed = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop());
const base = location.pathname.replace(/\/$/, "");
const tasks = new Map();
const closedStates = new Set(["completed", "failed", "cancelled"]);
const at = (id) => document.getElementById(id);
let pause = 500, heard = Date.now(), waiting = [], source;

document.title = `${feed} - Stayward`;
at("title").textContent = feed;

function say(state, text) {
  at("state").dataset.state = state;
  at("state").textContent = text;
  document.querySelector("main").classList.toggle("stale", state === "offline");
}

function take(task) {
  const old = tasks.get(task.task_id);
  if (!old || old.revision <= task.revision) tasks.set(task.task_id, task);
}

// Clinic time, whatever zone this screen is in: the offset of an instant is the clinic's.
function local(text, parts) {
  return new Date(`${text.slice(0, 19)}Z`).toLocaleString([], { timeZone: "UTC", hourCycle: "h23", ...parts });
}

function when(task) {
  const day = { weekday: "short", day: "2-digit", month: "short" }, minute = { hour: "2-digit", minute: "2-digit" };
  const same = task.start.slice(0, 10) === task.due.slice(0, 10);
  return `${local(task.start, { ...day, ...minute })} – ${local(task.due, same ? minute : { ...day, ...minute })}`;
}

function row(task) {
  const tr = document.createElement("tr");
  tr.id = task.task_id;
  tr.dataset.status = task.status;
  tr.dataset.revision = task.revision;
  tr.dataset.late = !closedStates.has(task.status) && new Date(task.due) < new Date() ? "yes" : "no";
  const why = [task.why, ...Object.values(task.holds), task.reason, task.details.what].filter(Boolean).join("; ");
  const cells = [["when", when(task)], ["what", task.kind], ["where", task.place || ""],
    ["stay", task.stay_id || task.subject || ""], ["who", task.assignee || ""],
    ["status", task.stage ? `${task.status}: ${task.stage}` : task.status], ["why", why]];
  for (const [name, text] of cells) {
    const td = document.createElement("td");
    td.className = name;
    td.textContent = text;
    tr.append(td);
  }
  return tr;
}

function draw() {
  if (at("pause").checked) return;
  const shown = [...tasks.values()].filter((t) => at("closed").checked || !closedStates.has(t.status));
  shown.sort((a, b) => closedStates.has(a.status) - closedStates.has(b.status) || new Date(a.start) - new Date(b.start));
  const present = new Map([...at("rows").children].map((tr) => [tr.id, tr]));
  shown.forEach((task, i) => {
    let tr = present.get(task.task_id);
    if (!tr || tr.dataset.revision !== String(task.revision)) {
      const fresh = row(task);
      if (tr) tr.replaceWith(fresh);
      tr = fresh;
    }
    if (at("rows").children[i] !== tr) at("rows").insertBefore(tr, at("rows").children[i] || null);
    present.delete(task.task_id);
  });
  present.forEach((tr) => tr.remove());
  at("empty").hidden = shown.length > 0;
  document.querySelector("table").hidden = shown.length === 0;
}

function open() {
  source = new EventSource(`${base}/events`);
  const alive = () => { heard = Date.now(); pause = 500; say("live", "live"); };
  source.addEventListener("open", alive);
  source.addEventListener("snapshot", (e) => { alive(); tasks.clear(); JSON.parse(e.data).tasks.forEach(take); draw(); });
  source.addEventListener("task", (e) => { alive(); take(JSON.parse(e.data)); draw(); });
  source.addEventListener("gone", (e) => { alive(); tasks.delete(JSON.parse(e.data).task_id); draw(); });
  source.addEventListener("error", () => {
    say(Date.now() - heard > 30000 ? "offline" : "reconnecting", `reconnecting, last heard ${new Date(heard).toLocaleTimeString()}`);
    if (source.readyState === EventSource.CLOSED) {  // an EventSource never comes back from a 503 by itself
      pause = Math.min(pause * 2, 15000);
      setTimeout(open, pause * (0.5 + Math.random()));
    }
  });
}

at("pause").addEventListener("change", draw);
at("closed").addEventListener("change", draw);
setInterval(draw, 30000);
open();
