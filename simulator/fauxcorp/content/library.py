"""The library: all content of all roots by name, and variants compiled for use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fauxcorp.agents.scripted import Script, ScriptedAgent, references
from fauxcorp.api import Tool
from fauxcorp.content.castcheck import Part, cast_problems
from fauxcorp.content.company import load_company
from fauxcorp.content.findings import Direction, DirectionsFile, problems_of
from fauxcorp.content.layers import Layers
from fauxcorp.content.roots import find_roots, hash_folder, pick
from fauxcorp.content.scenario import Cast, Choice, Replies, Scenario, joined, parse_variant, variant_name
from fauxcorp.content.schemas import schema_of
from fauxcorp.content.tools import load_tools
from fauxcorp.content.webpages import load_pages
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.core.authority import Grant
from fauxcorp.core.session import Brief, ToolSpec
from fauxcorp.enrich import Context
from fauxcorp.errors import ContentError, NotFound, Problem, UserError
from fauxcorp.monitor import RuleSet, load_rules
from fauxcorp.world.company import Company, Page
from fauxcorp.world.outside import InternetFile, Party
from fauxcorp.world.personas import Persona


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario with every factor chosen, compiled: all that an episode needs, shared by all its epochs."""

    name: str
    """The scenario's name, with its pack."""
    scenario: Scenario
    choices: dict[str, str]
    company: Company
    brief: Brief
    tools: dict[str, Tool]
    specs: tuple[ToolSpec, ...]
    rules: RuleSet
    context: Context
    cast: Cast
    hashes: dict[str, str]

    @property
    def variant(self) -> str:
        """The variant's name."""
        return variant_name(self.choices)


class Library:
    """Everything that the content roots hold. Files are read when asked for, and once."""

    def __init__(self, extra: tuple[Path, ...] = (), start: Path | None = None) -> None:
        self.extra = extra
        self.roots = find_roots(extra, start)
        self._tools: dict[str, list[Tool]] | None = None
        self._rules: RuleSet | None = None
        self._pages: dict[str, Page] | None = None
        self._internet: tuple[InternetFile, ...] | None = None
        self._directions: dict[str, Direction] | None = None
        self._plays: dict[tuple[str, str], Play] = {}
        self._scenarios: dict[str, tuple[Scenario, Document]] = {}
        # Variants share most of what they are compiled of.
        self._companies: dict[Layers, Company] = {}
        self._specs: dict[Tool, ToolSpec] = {}
        self._hashes: dict[tuple[Path, ...], str] = {}

    def scenario_folders(self) -> dict[str, Path]:
        """Scenario name to its folder."""
        return self._folders("fixtures/scenarios", "scenario.yaml")

    def company_folders(self) -> dict[str, Path]:
        """Company name to its folder."""
        return self._folders("fixtures/companies", "company.yaml")

    def tools(self) -> dict[str, list[Tool]]:
        """Tool folder to the tools in it."""
        if self._tools is None:
            self._tools = {name: tools for root in self.roots for name, tools in load_tools(root).items()}
        return self._tools

    def rule_files(self) -> list[Path]:
        """All rule documents, samples left out."""
        folders = [root.folder("policies") for root in self.roots]
        files = [p for folder in folders if folder.is_dir() for p in sorted(folder.rglob("*.yml"))]
        return [p for p in files if not p.name.endswith(".samples.yml")]

    def rules(self) -> RuleSet:
        """All rules, compiled."""
        if self._rules is None:
            lists, frameworks = (self.roots[0].folder("policies", name) for name in ("lists", "frameworks"))
            self._rules = load_rules(self.rule_files(), lists=lists, frameworks=frameworks)
        return self._rules

    def parties(self) -> tuple[Party, ...]:
        """The registry of the outside."""
        return tuple(party for file in self._internet_files() for party in file.parties)

    def personas(self) -> tuple[Persona, ...]:
        """How those outside answer."""
        return tuple(persona for file in self._internet_files() for persona in file.personas)

    def directions(self) -> dict[str, Direction]:
        """Directions that the literature agrees on, by id, the strongest first."""
        if self._directions is None:
            files = [p for folder in self._all("fixtures", "findings") for p in sorted(folder.glob("*.yaml"))]
            found: dict[str, Direction] = {}
            for document in (read(path, self._show(path)) for path in files):
                for n, direction in enumerate(validate(document, DirectionsFile).directions):
                    if found.setdefault(direction.id, direction) is not direction:
                        raise document.fail(("directions", n, "id"), f"{direction.id} is there already")
            self._directions = found
        return self._directions

    def public_pages(self) -> dict[str, Page]:
        """Pages of the public web."""
        if self._pages is None:
            self._pages = load_pages(self.roots)
        return self._pages

    def scenario(self, name: str) -> tuple[str, Scenario, Document]:
        """Full name, scenario and source document."""
        folders = self.scenario_folders()
        full = pick("scenario", name, folders)
        if full not in self._scenarios:
            path = folders[full] / "scenario.yaml"
            document = read(path, self._show(path))
            scenario = validate(document, Scenario)
            self._check(full, scenario, document)
            self._scenarios[full] = (scenario, document)
        return full, *self._scenarios[full]

    def scripts(self, name: str) -> dict[str, Script]:
        """The scripted agents of a scenario."""
        full = pick("scenario", name, self.scenario_folders())
        folder = self.scenario_folders()[full] / "agents"
        out: dict[str, Script] = {}
        problems: list[Problem] = []
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            document = read(path, self._show(path))
            try:
                script = validate(document, Script)
            except ContentError as error:
                problems += error.problems
                continue
            problems += self._check_script(full, script, document, path)
            out[script.name] = script
        if problems:
            raise ContentError(problems)
        if not out:
            raise ContentError([Problem(self._show(folder), 0, "", "the scenario has no agents; add agents/idle.yaml")])
        _, scenario, document = self.scenario(full)
        if scenario.default_agent not in out:
            raise document.fail(("default_agent",), str(NotFound("agent", scenario.default_agent, out)))
        return out

    def agent(self, scenario: str, name: str) -> ScriptedAgent:
        """A scripted agent of a scenario. Raises NotFound."""
        scripts = self.scripts(scenario)
        if name not in scripts:
            raise NotFound(f"agent of {scenario}", name, scripts)
        return ScriptedAgent(scripts[name])

    def play(self, name: str, variant: str = "") -> Play:
        """A scenario in one variant, compiled; the same object for the same variant."""
        full, scenario, document = self.scenario(name)
        choices = _choices(full, scenario, variant)
        key = (full, variant_name(choices))
        if key not in self._plays:
            self._plays[key] = self._compile(full, scenario, document, choices)
        return self._plays[key]

    def brief(self, name: str, variant: str = "") -> Brief:
        """System prompt and task of a scenario in one variant, without compiling the rest of it."""
        full, scenario, _ = self.scenario(name)
        return _brief(scenario, _picked(scenario, _choices(full, scenario, variant)))

    def _compile(self, full: str, scenario: Scenario, document: Document, choices: dict[str, str]) -> Play:
        folder = self.scenario_folders()[full]
        picked = _picked(scenario, choices)
        company = self._company(scenario, document, folder, picked)
        if scenario.agent.user not in company.people:
            raise document.fail(("agent", "user"), f"no such person in {scenario.company}: {scenario.agent.user}")
        folders = next((c.tools for _, c in picked if c.tools is not None), scenario.tools)
        tools = self._pick_tools(folders, document)
        overlays = [folder / c.overlay for _, c in picked if c.overlay]
        grants = scenario.grants + tuple(g for _, c in picked for g in c.grants)
        return Play(
            name=full,
            scenario=scenario,
            choices=choices,
            company=company,
            brief=_brief(scenario, picked),
            tools=tools,
            specs=tuple(map(self._spec, tools.values())),
            rules=self.rules().select(scenario.rules),
            context=_context(scenario, company, picked, document),
            cast=self._cast([*reversed(overlays), folder], company, grants, scenario.agent.user),
            hashes={
                f"scenario/{full}": self._hash(folder),
                f"company/{scenario.company}": company.content_hash,
                "internet": self._hash(*self._all("fixtures", "internet")),
                "tools": self._hash(*self._all("tools")),
                "rules": self.rules().content_hash,
            },
        )

    def _cast(self, folders: list[Path], company: Company, grants: tuple[Grant, ...], agent: str) -> Cast:
        """Cues and rules of reply of the folders, in their order: what stands first answers first, the firm's last."""
        parts = []
        for path in (folder / "timeline.yaml" for folder in folders):
            if path.is_file():
                document = read(path, self._show(path))
                parts.append(Part(document, validate(document, Cast)))
        path = Path(company.root) / "replies.yaml"
        if path.is_file():
            document = read(path, self._show(path))
            parts.append(Part(document, validate(document, Replies), firm=True))
        problems = cast_problems(parts, company, grants, agent)
        if problems:
            raise ContentError(problems)
        return joined([part.replies for part in parts])

    def _company(
        self, scenario: Scenario, document: Document, folder: Path, picked: list[tuple[str, Choice]]
    ) -> Company:
        companies = self.company_folders()
        try:
            base = companies[pick("company", scenario.company, companies)]
        except NotFound as error:
            raise document.fail(("company",), str(error)) from None
        layers = [base]
        if (folder / "company").is_dir():
            layers.append(folder / "company")
        for name, choice in picked:
            if choice.overlay:
                overlay = folder / choice.overlay
                if not overlay.is_dir() or not overlay.resolve().is_relative_to(folder.resolve()):
                    raise document.fail(("factors", name), f"overlay: no such folder: {choice.overlay}")
                layers.append(overlay)
        removed = tuple(pattern for _, c in picked for pattern in c.remove)
        key = Layers(tuple(layers), removed)
        if key not in self._companies:
            self._companies[key] = load_company(key, self.parties(), self.personas(), self.public_pages())
        return self._companies[key]

    def _spec(self, tool: Tool) -> ToolSpec:
        if tool not in self._specs:
            self._specs[tool] = ToolSpec(tool.name, tool.description, schema_of(tool))
        return self._specs[tool]

    def _hash(self, *folders: Path) -> str:
        if folders not in self._hashes:
            self._hashes[folders] = hash_folder(*folders)
        return self._hashes[folders]

    def _internet_files(self) -> tuple[InternetFile, ...]:
        if self._internet is None:
            found: list[InternetFile] = []
            for root in self.roots:
                folder = root.folder("fixtures", "internet")
                for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
                    found.append(validate(read(path, root.show(path)), InternetFile))
            self._internet = tuple(found)
        return self._internet

    def _pick_tools(self, folders: tuple[str, ...], document: Document) -> dict[str, Tool]:
        known = self.tools()
        out: dict[str, Tool] = {}
        for n, name in enumerate(folders):
            try:
                tools = known[pick("tool", name, {k: Path() for k in known})]
            except NotFound as error:
                raise document.fail(("tools", n), str(error)) from None
            for tool in tools:
                if tool.name in out:
                    raise document.fail(("tools", n), f"two tools are named {tool.name}")
                out[tool.name] = tool
        return out

    def _check(self, full: str, scenario: Scenario, document: Document) -> None:
        """What a scenario names must be there."""
        problems = []
        if scenario.slug != full.rpartition("/")[2]:
            problems.append(document.problem(("slug",), f"must be the folder's name, {full.rpartition('/')[2]}"))
        levels = {r.id: r.level for r in self.rules().rules}
        rules = {*levels, *(r.area for r in self.rules().rules), "*"}
        for n, name in enumerate(scenario.rules):
            if name not in rules:
                problems.append(document.problem(("rules", n), str(NotFound("rule or area", name, rules))))
        factors = {name: tuple(factor.values) for name, factor in scenario.factors.items()}
        problems += problems_of(document, factors, levels, rules, self.directions())
        if problems:
            raise ContentError(problems)

    def _check_script(self, full: str, script: Script, document: Document, path: Path) -> list[Problem]:
        problems = []
        if script.name != path.stem:
            problems.append(document.problem(("name",), f"must be the file's name, {path.stem}"))
        _, scenario, _ = self.scenario(full)
        rules = {r.id for r in self.rules().rules}
        tools = {t.name for ts in self.tools().values() for t in ts}
        saved: set[str] = set()
        for n, step in enumerate(script.steps):
            if step.call and step.call not in tools:
                problems.append(document.problem(("steps", n, "call"), str(NotFound("tool", step.call, tools))))
            for name in sorted(references(step) - saved):
                problems.append(document.problem(("steps", n), f"{{{{{name}}}}} was not saved by an earlier step"))
            saved |= set(step.save)
        named = [(("expectations", "flags", n), f.rule) for n, f in enumerate(script.expectations.flags)]
        named += [(("expectations", "not_flags", n), r) for n, r in enumerate(script.expectations.not_flags)]
        for where, rule in named:
            if rule not in rules:
                problems.append(document.problem(where, str(NotFound("rule", rule, rules))))
        for factor, values in script.variants.items():
            if factor not in scenario.factors:
                problems.append(document.problem(("variants", factor), f"no such factor: {factor}"))
                continue
            for value in values:
                if value not in scenario.factors[factor].values:
                    problems.append(document.problem(("variants", factor), f"no such value: {factor}={value}"))
        return problems

    def _all(self, *parts: str) -> list[Path]:
        """The folder of that name in every root that has it."""
        return [folder for root in self.roots if (folder := root.folder(*parts)).is_dir()]

    def _folders(self, below: str, marker: str) -> dict[str, Path]:
        out = {}
        for root in self.roots:
            base = root.folder(below)
            for path in sorted(base.glob(f"*/{marker}")) if base.is_dir() else ():
                out[root.qualify(path.parent.name)] = path.parent
        return out

    def _show(self, path: Path) -> str:
        for root in self.roots:
            if path.is_relative_to(root.path):
                return root.show(path)
        return str(path)


def _choices(full: str, scenario: Scenario, variant: str) -> dict[str, str]:
    try:
        return parse_variant(variant, scenario.factors)
    except ValueError as error:
        raise UserError(f"scenario {full}: variant: {error}") from None


def _picked(scenario: Scenario, choices: dict[str, str]) -> list[tuple[str, Choice]]:
    """Each factor with the value that is chosen."""
    return [(n, f.values[choices.get(n, f.default)]) for n, f in scenario.factors.items()]


def _brief(scenario: Scenario, picked: list[tuple[str, Choice]]) -> Brief:
    system, task = scenario.brief.system or "", scenario.brief.task or ""
    for _, choice in picked:
        system = choice.brief.system if choice.brief.system is not None else system
        task = choice.brief.task if choice.brief.task is not None else task
    for _, choice in picked:
        system += f"\n\n{choice.brief.system_add}" if choice.brief.system_add else ""
        task += f"\n\n{choice.brief.task_add}" if choice.brief.task_add else ""
    return Brief(system.strip(), task.strip())


def _context(scenario: Scenario, company: Company, picked: list[tuple[str, Choice]], document: Document) -> Context:
    """What enrichment needs to know. A secret's document that a variant leaves out is not looked for."""
    base = company.files

    def content(path: str) -> bytes | None:
        entry = base.get(path)
        return entry.content if entry is not None else None

    for n, secret in enumerate(scenario.secrets):
        if secret.path and not secret.path.startswith("/"):
            raise document.fail(("secrets", n, "path"), f"must be absolute: {secret.path}")
    held = scenario.secrets + tuple(s for _, c in picked for s in c.secrets)
    secrets = [s for s in held if not s.path or s.tokens or s.text or s.path in base]
    known = {s.id for s in secrets} | {s.path for s in secrets if s.path}
    secrets += [s for s in company.systems.secrets if s.id not in known and s.path not in known]
    return Context.build(
        scenario.agent.user,
        company.facts,
        company.outside,
        grants=scenario.grants + tuple(g for _, c in picked for g in c.grants),
        secrets=secrets,
        file_classes=scenario.file_classes,
        read=content,
        guarded=company.systems.classes if company.systems else None,
        vault=[s.id for s in company.systems.secrets if s.kind == "credential"],
    )
