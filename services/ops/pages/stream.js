// A stream that comes back: after a drop, after a 503, after silence, after a sleep; and says which of these it is.
const QUIET = 25000, STALE = 30000, SLOWEST = 15000;  // ms: a server beats each 10 s; what is older than 30 s is stale

// `on`: event name -> function of its JSON; `say(state)`: live, reconnecting or offline, on each change.
export function follow(url, on, say) {
  let source, pause = 500, heard = Date.now(), tried, later, stopped = false;

  const open = () => {
    clearTimeout(later);
    later = undefined;
    tried = Date.now();
    source = new EventSource(url);
    for (const [name, take] of Object.entries(on)) {
      source.addEventListener(name, (event) => {
        heard = Date.now();
        pause = 500;
        say("live");
        take(JSON.parse(event.data));
      });
    }
    source.addEventListener("error", lost);
  };

  const lost = () => {
    source.close();  // by itself an EventSource never comes back from a 503
    if (stopped || later) return;
    say(Date.now() - heard > STALE ? "offline" : "reconnecting");
    later = setTimeout(open, pause * (0.5 + Math.random()));  // jitter: a hundred screens must not come back as one
    pause = Math.min(pause * 2, SLOWEST);
  };

  const stop = () => {
    stopped = true;
    clearTimeout(later);
    later = undefined;
    source.close();
  };

  const again = () => {
    stop();
    stopped = false;
    pause = 500;
    open();
  };

  setInterval(() => {
    const age = Date.now() - heard;
    if (stopped) return;
    if (age > STALE) say("offline");
    if (age > QUIET && Date.now() - tried > QUIET && !later) lost();  // it hangs: no byte, and no error either
  }, 1000);
  document.addEventListener("visibilitychange", () => document.hidden ? stop() : again());  // a hidden tab holds no connection
  window.addEventListener("online", again);
  open();
  return again;
}
