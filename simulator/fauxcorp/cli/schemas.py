"""JSON Schemas of the YAML files, for editors."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from fauxcorp.agents.scripted import Script
from fauxcorp.background.plan import CalendarPlan, GrownFiles, Plan, ShapesFile, TalksFile
from fauxcorp.content.findings import DirectionsFile
from fauxcorp.content.mailfiles import Thread, ThreadsFile
from fauxcorp.content.officefiles import CalendarFile, ChannelFile, ContactsFile, WikiHead
from fauxcorp.content.scenario import Cast, Replies, Scenario
from fauxcorp.content.sharefiles import MetaFile
from fauxcorp.content.staff import StaffFile
from fauxcorp.gates.allow import AllowListFile
from fauxcorp.lint.accept import AcceptFile
from fauxcorp.scan.mapping import MappingFile
from fauxcorp.scan.worldfile import WorldFile
from fauxcorp.serve.standin.script import ModelScript
from fauxcorp.study.plan import StudyPlan
from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.outside import InternetFile
from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.webanswers import WebFile


class FileKind(NamedTuple):
    """A kind of YAML file: the model that checks it, and which files are of it."""

    model: type[BaseModel]
    files: str


KINDS: dict[str, FileKind] = {
    "scenario": FileKind(Scenario, "fixtures/scenarios/<slug>/scenario.yaml"),
    "timeline": FileKind(Cast, "fixtures/scenarios/<slug>/timeline.yaml"),
    "agent": FileKind(Script, "fixtures/scenarios/<slug>/agents/<name>.yaml"),
    "company": FileKind(CompanyFacts, "fixtures/companies/<slug>/company.yaml"),
    "people": FileKind(StaffFile, "fixtures/companies/<slug>/people.yaml"),
    "mail": FileKind(Thread, "fixtures/companies/<slug>/mail/*.yaml"),
    "threads": FileKind(ThreadsFile, "fixtures/companies/<slug>/mail/*.yaml with many threads"),
    "chat": FileKind(ChannelFile, "fixtures/companies/<slug>/chat/*.yaml"),
    "calendar": FileKind(CalendarFile, "fixtures/companies/<slug>/calendar/*.yaml"),
    "contacts": FileKind(ContactsFile, "fixtures/companies/<slug>/contacts.yaml"),
    "wiki": FileKind(WikiHead, "the head of fixtures/companies/<slug>/wiki/<Space>/<Page>.md"),
    "replies": FileKind(Replies, "fixtures/companies/<slug>/replies.yaml"),
    "files": FileKind(MetaFile, "fixtures/companies/<slug>/files.yaml"),
    "web": FileKind(WebFile, "fixtures/companies/<slug>/web.yaml"),
    "allow": FileKind(AllowListFile, "an allow-list, for --allow or [tool.fauxcorp] allow"),
    **{
        name: FileKind(system.file, f"fixtures/companies/<slug>/{name}.yaml, or an overlay's")
        for name, system in SYSTEMS.items()
    },
    "lint": FileKind(AcceptFile, "lint.yaml beside a scenario.yaml or a company.yaml"),
    "grow": FileKind(Plan, "fixtures/companies/<slug>/grow/background.yaml"),
    "grow-mail": FileKind(ShapesFile, "fixtures/companies/<slug>/grow/mail*.yaml"),
    "grow-chat": FileKind(TalksFile, "fixtures/companies/<slug>/grow/chat*.yaml"),
    "grow-calendar": FileKind(CalendarPlan, "fixtures/companies/<slug>/grow/calendar.yaml"),
    "grow-files": FileKind(GrownFiles, "fixtures/companies/<slug>/grow/files*.yaml"),
    "study": FileKind(StudyPlan, "the plan of `fauxcorp study run`"),
    "directions": FileKind(DirectionsFile, "fixtures/findings/*.yaml"),
    "model": FileKind(ModelScript, "fixtures/models/*.yaml"),
    "mapping": FileKind(MappingFile, "fixtures/mappings/<name>.yaml with what `fauxcorp scan --mapping` takes"),
    "scan-world": FileKind(WorldFile, "what `fauxcorp scan --world` takes"),
    "internet": FileKind(InternetFile, "fixtures/internet/*.yaml"),
}
"""Every kind of YAML file that an author writes."""


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of file."""
    model, files = KINDS[kind]
    schema = model.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"fauxcorp {kind}: {files}",
        "$comment": f"First line of a file: {modeline(f'{kind}.schema.json')}",
    }


def modeline(path: str) -> str:
    """The line by which editors with the YAML language server find a schema."""
    return f"# yaml-language-server: $schema={path}"


class _AsWritten(GenerateJsonSchema):
    """Also what our validators take before the type is checked: one text for a list, a name for an entry of it."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        if inner.get("type") == "object":
            return inner
        if inner.get("type") == "array" and "$ref" in inner.get("items", {}):
            inner = {**inner, "items": {"anyOf": [inner["items"], {"type": "string"}]}}
        return {"anyOf": [inner, {"type": "string"}]}
