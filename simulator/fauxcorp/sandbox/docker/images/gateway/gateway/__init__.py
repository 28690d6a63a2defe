"""The network as a container sees it: all that leaves is taken here, told to the host and answered with its words."""
