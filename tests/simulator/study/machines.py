"""A cluster of two machines on this one, as a process: says its address, kills the second one when told, then ends.

Lines on standard input: `kill`, and the end of the input.
"""

from __future__ import annotations

import os
import sys
from typing import Any

STORE = 80 * 1024 * 1024
QUICK = {
    "health_check_initial_delay_ms": 1_000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1_000,
    "health_check_failure_threshold": 4,
}
"""A machine that is gone is found to be so in a few seconds, not in half a minute."""


def main() -> None:
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - an extra

    one: dict[str, Any] = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={**one, "_system_config": QUICK})
    second = cluster.add_node(**one)
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            # All its processes, at once: what ran there is lost.
            cluster.remove_node(second, allow_graceful=False)
            print("killed", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
