"""What is printed of the medians: absolute figures, their ratios, and the project's floors with what came of them."""

from collections.abc import Iterator, Mapping
from statistics import median

from bench.throughput import Figures

FLOOR_SHARE, PLAIN_TIMES = 0.7, 6.0  # of the floor's facts/s; over the plain handler's
TASK_P99, PROMISE_P99 = 120.0, 250.0  # milliseconds
MEMBERS_COST = 1.2  # CPU of the services for a fact, over that of one process
PAST_COST = 1.1  # of a fact beside the most past stays, over the fewest

Row = tuple[str, str, str]  # what, how much, against what


def medians(rounds: list[Figures]) -> Figures:
    return {name: median(figures[name] for figures in rounds) for name in (rounds[0] if rounds else ())}


def tables(found: Mapping[str, Figures]) -> str:
    shown = []
    for row, figures in found.items():
        rows = list(SHOWN[row](figures))
        wide = max(len(what) for what, _, _ in rows)
        shown.append("\n".join([row, *(f"  {what:<{wide}}  {much:>14}  {against}".rstrip() for what, much, against in rows)]))
    return "\n\n".join(shown)


def held(value: float, limit: float, at_least: bool) -> str:
    good = value >= limit if at_least else value <= limit
    return f"({'at least' if at_least else 'at most'} {limit:g}: {'holds' if good else 'DOES NOT HOLD'})"


def _services(figures: Figures) -> list[str]:
    return list(dict.fromkeys(name.partition(".")[0] for name in figures))


def _throughput(f: Figures) -> Iterator[Row]:
    for service in _services(f):
        mine = f[f"{service}.service.facts_per_s"]
        for side in ("service", "floor", "plain"):
            name = f"{service}.{side}"
            ratio = mine / f[f"{name}.facts_per_s"]
            limit = {"floor": FLOOR_SHARE, "plain": PLAIN_TIMES}.get(side, 0.0)
            told = f"the service is {ratio:.2f} of it {held(ratio, limit, True)}" if limit else ""
            yield f"{service} {side}: facts/s", f"{f[f'{name}.facts_per_s']:.0f}", told
            states = f[f"{service}.service.states_per_s"] / f[f"{name}.states_per_s"]
            told = f"tasks and promises: {states:.2f} of it" if limit else ""
            yield f"{service} {side}: tasks/s", f"{f[f'{name}.tasks_per_s']:.0f}", told
            batches, many = f[f"{name}.facts_per_batch"], f[f"{name}.states_per_fact"]
            yield (f"{service} {side}: CPU ms a fact", f"{f[f'{name}.cpu_ms_per_fact']:.2f}",
                   f"{batches:.0f} facts a batch, {many:.1f} tasks and promises a fact")


def _latency(f: Figures) -> Iterator[Row]:
    for service in _services(f):
        for what, limit in (("task", TASK_P99), ("promise", PROMISE_P99)):
            name = f"{service}.fact_to_{what}"
            p99 = f[f"{name}_p99_ms"]
            yield (f"{service}: fact -> {what} p50/p99 ms", f"{f[f'{name}_p50_ms']:.0f} / {p99:.0f}",
                   f"{held(p99, limit, False)} of {f[f'{name}_count']:.0f}")


def _processes(f: Figures) -> Iterator[Row]:
    for name in dict.fromkeys(name.rpartition(".facts_per_s")[0] for name in f if name.endswith(".facts_per_s")):
        service, _, count = name.partition(".")
        cost = f[f"{name}.cpu_ms_per_fact.services"]
        one = f.get(f"{service}.1.cpu_ms_per_fact.services", cost)
        apart = f.get(f"{name} apart.cpu_ms_per_fact.services")
        beside = f" and {cost / apart:.2f} of as many apart" if apart else ""
        limit = "" if count.endswith("apart") else f" {held(cost / one, MEMBERS_COST, False)}"
        yield f"{service} x {count}: facts/s", f"{f[f'{name}.facts_per_s']:.0f}", ""
        yield (f"{service} x {count}: CPU ms a fact", f"{cost:.2f}", f"{cost / one:.2f} of one{limit}{beside}; "
               f"mongod {f[f'{name}.cpu_ms_per_fact.mongod']:.2f}, Kafka {f[f'{name}.cpu_ms_per_fact.kafka']:.2f}")
        yield (f"{service} x {count}: conflicts a batch", f"{f[f'{name}.conflicts_per_batch']:.2f}",
               f"each is one retry; {f[f'{name}.batches']:.0f} batches, {f[f'{name}.commits_per_batch']:.1f} commits a batch, "
               f"{f[f'{name}.passes_per_fact']:.1f} passes and {f[f'{name}.states_per_fact']:.1f} tasks and promises a fact")


def _past(f: Figures) -> Iterator[Row]:
    sizes = sorted({int(name.partition(".")[0]) for name in f})
    for size in sizes:
        times = f[f"{size}.ms_per_fact"] / f[f"{sizes[0]}.ms_per_fact"]
        told = f"{times:.2f} of the fewest {held(times, PAST_COST, False)}" if size != sizes[0] else ""
        yield f"{size:,} past stays: ms a fact", f"{f[f'{size}.ms_per_fact']:.2f}", told
        yield (f"{size:,} past stays: documents a fact", f"{f[f'{size}.read_per_fact']:.1f} read",
               f"{f[f'{size}.written_per_fact']:.1f} written, {f[f'{size}.scanned_per_fact']:.1f} looked at, "
               f"{f[f'{size}.keys_per_fact']:.1f} keys; CPU {f[f'{size}.cpu_ms_per_fact']:.2f} ms")


def _replay(f: Figures) -> Iterator[Row]:
    for service in _services(f):
        yield (f"{service}: facts/s of a replay that changes nothing", f"{f[f'{service}.facts_per_s']:.0f}",
               f"{f[f'{service}.published']:.0f} tasks and promises published")


def _cold(f: Figures) -> Iterator[Row]:
    for service in _services(f):
        yield (f"{service}: seconds until at rest", f"{f[f'{service}.seconds']:.1f}",
               f"from {f[f'{service}.facts']:.0f} facts; {f[f'{service}.tasks_per_s']:.0f} tasks/s")


SHOWN = {"throughput": _throughput, "latency": _latency, "processes": _processes, "past": _past, "replay": _replay, "cold": _cold}
