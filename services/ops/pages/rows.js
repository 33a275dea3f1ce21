// Keyed rows: drawn by the server, put in their order here; a row that is replaced keeps the focus that was in it.
const kept = new WeakMap();  // row -> the HTML that it was made of

function made(html, inside) {
  const template = document.createElement("template");
  template.innerHTML = html;  // the server escapes everything; the page's policy runs no script that stands in it
  const row = template.content.querySelector(inside);
  kept.set(row, html);
  return row;
}

function put(home, row) {
  const after = [...home.children].find((other) => other !== row && other.dataset.order > row.dataset.order) || null;
  if (row.parentNode !== home || row.nextElementSibling !== after) home.insertBefore(row, after);
}

const find = (home, id) => [...home.children].find((row) => row.dataset.id === id);

// `rows`: [{id, order, html}]. `all`: what is not among them goes. Returns the rows that are new or were changed.
export function show(home, rows, inside, all = false) {
  const focus = document.activeElement, held = focus && home.contains(focus) && focus !== home && {
    id: focus.closest("[data-id]")?.dataset.id, name: focus.dataset.focus };
  const ids = new Set(rows.map((row) => row.id)), changed = [];
  if (all) [...home.children].filter((row) => !ids.has(row.dataset.id)).forEach((row) => row.remove());
  for (const { id, html } of rows) {
    let row = find(home, id);
    if (!row || kept.get(row) !== html) {
      const fresh = made(html, inside);
      if (row) row.replaceWith(fresh);
      row = fresh;
      changed.push(row);
    }
    put(home, row);
  }
  if (held && document.activeElement !== focus) refocus(home, held);
  return changed;
}

export function remove(home, ids) {
  for (const id of ids) {
    const row = find(home, id), had = row?.contains(document.activeElement), next = row?.nextElementSibling;
    row?.remove();
    if (had) (next?.querySelector("[data-focus]") || home).focus({ preventScroll: true });
  }
}

function refocus(home, held) {
  const row = find(home, held.id);
  const same = row?.querySelector(`[data-focus="${held.name}"]`) || row?.querySelector("[data-focus]");
  same?.focus({ preventScroll: true });
}
