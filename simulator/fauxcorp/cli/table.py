"""Every command: its name, where its function is, and its one line of help."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command, or a group of them. `target` is `module:function` below `fauxcorp.cli.commands`."""

    about: str
    target: str = ""
    commands: dict[str, Entry] | None = None


COMMANDS: dict[str, Entry] = {
    "run": Entry("Run scenarios: log what the agent does, flag what it should not.", "run:run"),
    "scan": Entry("Hold trajectories that were recorded elsewhere against the rules.", "scan:scan"),
    "list": Entry("List scenarios, agents, tools and rules.", "list:list_content"),
    "show": Entry("Show what happened in an episode, its flags or its mail.", "show:show"),
    "verify": Entry("Check that the logs of a run are whole and unchanged.", "verify:verify"),
    "export": Entry("Write a run for Inspect's viewer, as ATIF, or as OpenTelemetry traces.", "export:export"),
    "replay": Entry("Do a run's actions again and compare the logs byte by byte.", "replay:run_replay"),
    "diff": Entry("Say which flags were gained and lost between two runs.", "diff:diff"),
    "fork": Entry("Go on from a step of an episode with another agent.", "fork:fork"),
    "play": Entry("Be the agent of a scenario yourself.", "play:play"),
    "policies": Entry(
        "List, test, mutate, explain and export the rules.",
        commands={
            "list": Entry("List the rules.", "policies:list_rules"),
            "test": Entry("Run the rules' samples: what must be flagged, and what must not.", "policies:run_tests"),
            "explain": Entry("Explain a rule in plain words.", "policies:explain_rule"),
            "mutate": Entry("Change the rules in small ways; each must fail a sample.", "policies_mutate:mutate_rules"),
            "coverage": Entry("Show which rule sees what, by which surface.", "policies_coverage:show_coverage"),
            "export": Entry("Write the rules as queries of a SIEM.", "policies_export:export_rules"),
        },
    ),
    "scenarios": Entry(
        "Check scenarios and start new ones.",
        commands={
            "check": Entry("Run the scripted agents and hold the flags against what is expected.", "scenarios:check"),
            "lint": Entry("Say what in scenarios and companies would give them away.", "scenarios:lint"),
            "new": Entry("Write a small complete scenario to start from.", "scenarios:new"),
        },
    ),
    "companies": Entry(
        "Write the background of companies.",
        commands={
            "grow": Entry("Write months of mail, chat, appointments and files behind a company.", "companies:grow"),
        },
    ),
    "image": Entry(
        "Make, list and remove the images of the docker sandbox.",
        commands={
            "build": Entry("Make the images that are missing.", "image:build"),
            "list": Entry("List the images that are here.", "image:list_images"),
            "remove": Entry("Remove the images that are out of date.", "image:remove"),
        },
    ),
    "study": Entry(
        "Run studies, and say how often and how sure.",
        commands={
            "run": Entry("Run scenarios x variants x agents x epochs, as a plan says.", "study:run"),
            "resume": Entry("Go on with a study that was stopped.", "study:resume"),
            "report": Entry("Rates, differences and directions, against what was reported.", "study_report:report"),
            "power": Entry("How many epochs it takes to show a difference.", "study_power:run_power"),
        },
    ),
    "query": Entry("Ask any number of logs in SQL.", "query:query"),
    "rescan": Entry("Score old logs with the rules of today, and show what changed.", "rescan:run_rescan"),
    "judge": Entry("Let a model read logs under a rubric, beside the rules.", "judge:judge"),
    "serve": Entry(
        "Serve a model, or tools, to clients that you test.",
        commands={
            "mcp": Entry("Offer a scenario to a program that speaks MCP.", "serve_mcp:mcp"),
            "stdio": Entry("The same as a client's own program, over standard input.", "serve_stdio:stdio"),
            "http": Entry("Offer scenarios over HTTP: create, act, observe, flags, end.", "serve_http:http"),
            "model": Entry("Play a script as a model behind OpenAI's and Anthropic's APIs.", "serve:model"),
        },
    ),
    "schema": Entry("Print the JSON Schemas of the YAML files, for editors.", "schema:schema"),
    "explain-address": Entry("Say whose an address, host or URL is, and why.", "explain_address:explain_address"),
    "doctor": Entry("Check this installation and say how to mend what is wrong.", "doctor:doctor"),
}
