"""One measured side in a process of its own: `python -m bench.side '{...}'` writes its answer. The bench starts it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bench.floor import Floor
from bench.ground import Order
from bench.plain import Plain
from bench.profiler import profiled
from bench.tape import Tape, TapedBus, TapedStore, load_tape
from bench.watch import Watch, serve_watched
from shared.edge.host import tune_python
from shared.telemetry import configure_logs


async def play(order: Order) -> dict[str, Any]:
    watch = Watch()
    if order.side == "plain":
        plain = Plain(order, watch)
        tune_python()
        await plain.play()
    elif order.side == "floor":
        tape = load_tape(Path(order.tape))
        tune_python()
        await Floor(order, tape, watch).play()
    elif order.side == "profile":
        return await profiled(order)
    elif order.tape:
        tape = Tape()
        await serve_watched(order, watch, lambda bus: TapedBus(bus, watch, tape), lambda store: TapedStore(store, tape))
        tape.save(Path(order.tape))
    else:
        await serve_watched(order, watch)
    return watch.answer(order.service)


def main() -> None:
    order = Order(**json.loads(sys.argv[1]))
    configure_logs("WARNING")
    answer = asyncio.run(play(order))
    Path(order.answer).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
