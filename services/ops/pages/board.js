// The board, kept as it is now: what changed is drawn by the server and put in its place; paused, it is shown at the end.
import { follow } from "./stream.js";
import { remove, show } from "./rows.js";
import { listen, repeat } from "./moves.js";

const at = (id) => document.getElementById(id);
const stays = at("rows"), asks = at("asks");
let now = new Date(document.body.dataset.now), missed = 0, state = "waiting";

// Clinic time only: the server's clock may be stepped, and this machine's may be wrong.
function clock(told) {
  now = new Date(told.now);
  at("clock").textContent = told.clock;
  at("clock").dateTime = told.now;
  document.querySelectorAll("[data-at]").forEach(countdown);
}

function countdown(place) {
  const minutes = Math.round((new Date(place.dataset.at) - now) / 60000), away = Math.abs(minutes);
  const length = away < 60 ? `${away} min` : away < 2880 ? `${Math.floor(away / 60)} h ${away % 60} min`
    : `${Math.floor(away / 1440)} days`;
  place.textContent = away === 0 ? "now" : minutes > 0 ? `in ${length}` : `${length} ago`;
}

function head(told) {
  if (told.head !== undefined) at("head").innerHTML = told.head;
  if (told.total !== undefined) at("total").textContent = `${told.total} ${told.total === 1 ? "stay" : "stays"}`;
  at("board").hidden = !(at("empty").hidden = stays.children.length > 0);
  asks.hidden = !(at("idle").hidden = asks.children.length > 0);
}

function take(told, all) {
  const changed = show(stays, told.stays || [], "tr", all);
  if (!all) changed.forEach((row) => row.classList.add("fresh"));
  repeat(show(asks, told.asks || [], "li", all));
  remove(stays, told.stays_gone || []);
  remove(asks, told.asks_gone || []);
  head(told);
  clock(told);
}

function say(next) {
  state = next;
  const since = at("clock").textContent;
  const words = { live: "● live", reconnecting: "◌ reconnecting", offline: `✕ offline since ${since}` };
  const text = at("pause").checked ? `‖ paused${missed ? `, ${missed} changes wait` : ""}` : words[state] || "connecting";
  at("state").dataset.state = at("pause").checked ? "paused" : state;
  if (at("state").textContent !== text) at("state").textContent = text;
  at("main").classList.toggle("stale", state === "offline");
}

const paused = (told) => at("pause").checked && (missed += 1, say(state), told);
const again = follow(`${document.body.dataset.base}/board/events${location.search}`, {
  snapshot: (told) => {
    if (paused(told)) return;
    at("columns").innerHTML = told.columns;
    take(told, true);
  },
  change: (told) => paused(told) || take(told, false),
  beat: (told) => at("pause").checked || clock(told),
}, say);

at("pause").addEventListener("change", () => {
  missed = 0;
  say(state);
  if (!at("pause").checked) again();  // a snapshot has all that was missed
});
listen(asks);
document.querySelectorAll("[data-at]").forEach(countdown);
