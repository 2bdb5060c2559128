"""Samples what the processors do in a worker: on PYTHONPATH, every process that is forked with BENCH_SAMPLES set.

Every few milliseconds each thread's CPU since the last look goes to the stack it is found in. SIGUSR1 begins, and the
next has them written, as JSON, to the file that BENCH_SAMPLES names.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

INTERVAL_SECONDS = 0.002
DEEPEST = 120
taken: dict[tuple[str, ...], float] = defaultdict(float)


def _sample():
    used: dict[int, float] = {}
    own = threading.get_ident()
    while True:
        time.sleep(INTERVAL_SECONDS)
        for thread, frame in sys._current_frames().items():
            if thread == own:
                continue
            try:
                now = time.clock_gettime(time.pthread_getcpuclockid(thread))
            except OSError:  # it has ended
                continue
            if (spent := now - used.get(thread, now)) > 0:
                taken[_stack(frame)] += spent
            used[thread] = now


def _stack(frame):
    found = []
    while frame is not None and len(found) < DEEPEST:
        found.append(f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(found)


def _begin(*_):
    signal.signal(signal.SIGUSR1, _tell)
    sys.setswitchinterval(0.0001)  # or samples were taken only where a thread waits
    threading.Thread(target=_sample, daemon=True).start()


def _tell(*_):
    found = [[seconds, stack] for stack, seconds in taken.copy().items()]
    Path(os.environ["BENCH_SAMPLES"]).write_text(json.dumps(found))


if os.environ.get("BENCH_SAMPLES"):
    signal.signal(signal.SIGUSR1, _begin)
