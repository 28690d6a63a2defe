"""The append-only event log: JSON Lines, hash chain, manifest, verify."""

from fauxcorp.eventlog.log import EVENTS, GENESIS, TAPE, EventLog
from fauxcorp.eventlog.manifest import (
    EpisodeRecord,
    Manifest,
    append_record,
    content_digest,
    each_record,
    read_manifest,
    read_records,
    write_manifest,
)
from fauxcorp.eventlog.reader import Check, Run, open_run, read_events, verify_episode, verify_run

__all__ = [
    "EVENTS",
    "TAPE",
    "GENESIS",
    "Check",
    "EpisodeRecord",
    "EventLog",
    "Manifest",
    "Run",
    "append_record",
    "content_digest",
    "each_record",
    "open_run",
    "read_events",
    "read_manifest",
    "read_records",
    "verify_episode",
    "verify_run",
    "write_manifest",
]
