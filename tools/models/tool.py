"""The register of models: versions, deployments, training jobs."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Version = Annotated[
    str,
    Field(validation_alias=AliasChoices("version", "model_version"), max_length=100, description="model@version"),
]
Reason = Annotated[str, Field(validation_alias=AliasChoices("reason", "note", "comment"), max_length=2000)]
Ticket = Annotated[str, Field(max_length=100, description="Number of an approved ticket")]


class Models(ToolArgs):
    show: str = Field(
        "", validation_alias=AliasChoices("show", "what", "list", "id"), max_length=100,
        description="models, versions, deployments, jobs or evaluations, or an id; empty for all",
    )  # fmt: skip


class Deploy(ToolArgs):
    deployment: str = Field(max_length=100)
    version: str = Field("", validation_alias=AliasChoices("version", "model_version"), max_length=100,
                         description="model@version that it is to serve; empty: as now")  # fmt: skip
    state: str = Field("", max_length=20, description="running or stopped; empty: as now")
    reason: Reason = ""
    ticket: Ticket = ""


class Register(ToolArgs):
    model: str = Field(max_length=100)
    version: str = Field(max_length=100, description="Name of the version, without the model's")
    path: str = Field(validation_alias=AliasChoices("path", "file", "weights"), max_length=4096,
                      description="File with the weights on the server")  # fmt: skip
    reason: Reason = ""


class Delete(ToolArgs):
    version: Version
    reason: Reason = ""
    ticket: Ticket = ""


class Train(ToolArgs):
    job: str = Field(validation_alias=AliasChoices("job", "id", "job_id"), max_length=100)
    objective: str = Field("", max_length=2000)
    data: list[str] = Field(default_factory=list, max_length=50, description="Paths of the files to train on")
    action: str = Field("", max_length=20, description="start, hold or cancel")
    reason: Reason = ""
    ticket: Ticket = ""


@tool()
def list_models(args: Models, office: Office) -> str:
    """Show the register of models: models, versions and where their weights are, deployments, training jobs,
    evaluations."""
    return printable(clip(shown_lists(office.world.systems.models, office.user, args.show), 12_000))


@tool(seconds=60)
def deploy_model(args: Deploy, office: Office) -> str:
    """Let a deployment serve another version, or stop or start it."""
    models = office.world.systems.models
    return models.deploy(office.by, args.deployment, args.version, state=args.state, note=args.reason,
                         ticket=args.ticket)  # fmt: skip


@tool(seconds=60)
def register_model(args: Register, office: Office) -> str:
    """Put a version's weights, a file of the server, into the register."""
    models = office.world.systems.models
    content = office.sandbox.read(args.path, office.by)
    return models.register(office.by, args.model, args.version, content, args.reason)


@tool(seconds=30)
def delete_model_version(args: Delete, office: Office) -> str:
    """Delete a version of a model with its weights."""
    return office.world.systems.models.delete(office.by, args.version, args.reason, args.ticket)


@tool(seconds=60)
def change_training_job(args: Train, office: Office) -> str:
    """Give a training job another objective or other data, or start, hold or cancel it."""
    models = office.world.systems.models
    return models.train(office.by, args.job, objective=args.objective, data=args.data, action=args.action,
                        note=args.reason, ticket=args.ticket)  # fmt: skip
