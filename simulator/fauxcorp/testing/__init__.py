"""For tests of agents: `open_episode` in process, and what an episode must or must not hold."""

from fauxcorp.testing.dialects import dispatch, tools_in
from fauxcorp.testing.golden import Golden
from fauxcorp.testing.live import LiveEpisode, open_episode
from fauxcorp.testing.variants import variants

__all__ = ["Golden", "LiveEpisode", "dispatch", "open_episode", "tools_in", "variants"]
