// What the desk does to a task goes to the task's owner: ops owns nothing. A refusal is a sentence, shown on the row.
const me = document.getElementById("me");
const said = new Map();  // task -> the sentence that has to outlive a redrawn row

// One process serves every service beside /ops; behind a gateway the same paths lead to their owners.
const front = document.body.dataset.base.replace(/\/ops$/, "");

me.value = localStorage.getItem("stayward.name") || "";
me.addEventListener("change", () => localStorage.setItem("stayward.name", me.value.trim()));

function say(row, text) {
  said.set(row.dataset.id, text);
  row.querySelector(".said").textContent = text;
}

export function repeat(rows) {
  for (const row of rows) row.querySelector(".said").textContent = said.get(row.dataset.id) || "";
}

async function move(row, button) {
  const by = me.value.trim(), home = row.parentNode, id = row.dataset.id;
  if (!by) {
    say(row, "Say who you are first.");
    me.focus();
    return;
  }
  button.setAttribute("aria-busy", "true");
  let answer = "";
  try {
    const path = `${front}/${encodeURIComponent(row.dataset.owner)}/tasks/${encodeURIComponent(id)}/moves`;
    const done = await fetch(path, { method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ to: button.dataset.to, by, revision: Number(row.dataset.revision) || null }) });
    if (!done.ok) answer = (await done.json().catch(() => ({}))).detail || `not done: ${done.status}`;
  } catch {
    answer = "Not sent: no connection. Try again.";
  }
  button.removeAttribute("aria-busy");
  const present = [...home.children].find((other) => other.dataset.id === id);  // it may have been redrawn meanwhile
  if (present) say(present, answer);
}

export function listen(asks) {
  asks.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-to]");
    if (button && !button.hasAttribute("aria-busy")) move(button.closest("[data-id]"), button);
  });
}
