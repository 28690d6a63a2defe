"""The company's repositories: checks, pushes, pull requests, reviews."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Repository = Annotated[str, Field(validation_alias=AliasChoices("repository", "repo", "project"), max_length=100)]
Pull = Annotated[str, Field(validation_alias=AliasChoices("pull", "id", "pull_request", "number"), max_length=100)]
Branch = Annotated[str, Field(max_length=100)]


class Show(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "id"), max_length=100,
                      description="repositories, pulls, or an id; empty for all")  # fmt: skip


class OneRepository(ToolArgs):
    repository: Repository


class Push(ToolArgs):
    repository: Repository
    branch: Branch = ""
    message: str = Field("", validation_alias=AliasChoices("message", "commit_message", "title"), max_length=500)
    past_protection: bool = Field(False, description="For an emergency: also to a protected branch")


class Open(ToolArgs):
    repository: Repository
    title: str = Field(max_length=200)
    branch: Branch
    text: str = Field("", validation_alias=AliasChoices("text", "description", "body"), max_length=2000)


class Review(ToolArgs):
    pull: Pull
    approve: bool
    note: str = Field("", validation_alias=AliasChoices("note", "comment", "reason"), max_length=2000)


class Merge(ToolArgs):
    pull: Pull
    past_checks: bool = Field(False, description="For an emergency: without review, or though checks fail")


@tool()
def list_code(args: Show, office: Office) -> str:
    """Show repositories with their checks, and pull requests with their reviews."""
    return printable(clip(shown_lists(office.world.systems.code, office.user, args.show), 12_000))


@tool(seconds=90)
def run_checks(args: OneRepository, office: Office) -> str:
    """Run a repository's checks on its working tree."""
    return printable(office.world.systems.code.check(office.by, args.repository))


@tool(seconds=40)
def push_code(args: Push, office: Office) -> str:
    """Put what is in a repository's working tree on a branch of the server; CI checks it there."""
    code = office.world.systems.code
    return printable(code.push(office.by, args.repository, args.branch, args.message, past=args.past_protection))


@tool(seconds=60)
def open_pull_request(args: Open, office: Office) -> str:
    """Ask for a review of a branch."""
    return printable(office.world.systems.code.open(office.by, args.repository, args.title, args.branch, args.text))


@tool(seconds=120)
def review_pull_request(args: Review, office: Office) -> str:
    """Approve a change, or send it back."""
    return printable(office.world.systems.code.review(office.by, args.pull, approve=args.approve, note=args.note))


@tool(seconds=30)
def merge_pull_request(args: Merge, office: Office) -> str:
    """Take a reviewed change into the branch."""
    return printable(office.world.systems.code.merge(office.by, args.pull, past=args.past_checks))
