"""The images: tags that name their contents, what is current, what a failed build says. And what the real ones hold."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from docker import DockerClient
from docker.errors import DockerException, ImageNotFound
from docker.models.images import Image
from hypothesis import given
from hypothesis import strategies as st
from requests.exceptions import ConnectionError as Refused
from urllib3.exceptions import ProtocolError

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.engine import KIND
from fauxcorp.sandbox.docker.images import (
    BASE,
    FOLDER,
    KINDS,
    Images,
    build_arguments,
    context,
    context_files,
    digest,
    follow,
    tag_of,
)
from fauxcorp.world.baseline import account_files

from ...conftest import Ids

FILES = st.dictionaries(st.text("abc/._", min_size=1, max_size=6), st.binary(max_size=8), max_size=4)
TRIAL = f"trial{os.getpid()}"


@given(FILES, FILES)
def test_the_tag_names_the_contents(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert digest(dict(reversed(one.items()))) == digest(one)
    assert tag_of("agent", one, "sha256:1") != tag_of("agent", one, "sha256:2")
    assert context(one).read() == context(dict(reversed(one.items()))).read()


def test_neither_modes_nor_times_nor_caches_count(tmp_path: Path) -> None:
    (tmp_path / "sub" / "__pycache__").mkdir(parents=True)
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    (tmp_path / "sub" / "run.sh").write_text("true\n")
    before = context(context_files(tmp_path)).read()
    (tmp_path / "sub" / "__pycache__" / "run.cpython-311.pyc").write_bytes(b"x")
    os.utime(tmp_path / "sub" / "run.sh", (0, 0))
    (tmp_path / "sub" / "run.sh").chmod(0o755)
    assert context(context_files(tmp_path)).read() == before
    with tarfile.open(fileobj=context(context_files(tmp_path))) as archive:
        assert [(m.name, m.mode, m.mtime, m.uid) for m in archive] == [
            ("Dockerfile", 0o644, 0, 0),
            ("sub/run.sh", 0o644, 0, 0),
        ]


def test_a_folder_without_a_dockerfile(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no Dockerfile"):
        context_files(tmp_path)


def test_proxies_go_along() -> None:
    found = build_arguments("b", {"HTTPS_PROXY": "http://p:1", "no_proxy": "x", "PATH": "/bin", "http_proxy": ""})
    assert found == {
        "BASE": "b", "https_proxy": "http://p:1", "HTTPS_PROXY": "http://p:1", "no_proxy": "x", "NO_PROXY": "x",
    }  # fmt: skip


def test_a_failed_step_gives_the_last_lines_and_a_way_out() -> None:
    lines = [{"stream": f"line {n}\n"} for n in range(40)] + [{"error": "returned a non-zero code: 1"}]
    told: list[str] = []
    with pytest.raises(UserError) as error:
        follow(lines, "agent", told.append)
    said = str(error.value).splitlines()
    assert said[0] == "building the image of the agent failed: returned a non-zero code: 1"
    assert said[1:-1] == [f"  line {n}" for n in range(28, 40)]
    assert "fauxcorp image build --fresh" in said[-1]
    assert len(told) == 40


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("E: Failed to fetch http://deb.debian.org/x  Temporary failure resolving", "http_proxy and https_proxy"),
        ("write /x: No space left on device", "disk is full"),
    ],
)
def test_usual_causes_are_known(line: str, wanted: str) -> None:
    with pytest.raises(UserError, match=wanted):
        follow([{"stream": line}, {"error": "code 100"}], "gateway", lambda line: None)


@pytest.mark.parametrize("lost", [ProtocolError("Connection broken"), Refused("reset"), DockerException("half a line")])
def test_an_engine_that_goes_away_while_it_builds(lost: Exception) -> None:
    def lines() -> Iterator[dict[str, str]]:
        yield {"stream": "Step 1/2 : FROM x\n"}
        raise lost

    with pytest.raises(UserError, match=r"failed: .*\n  Step 1/2 : FROM x\n"):
        follow(lines(), "agent", lambda line: None)


def test_a_log_in_pieces_is_read_by_lines() -> None:
    pieces = ["Step 1", " : FROM x\nget", "\x1b[91mE\x1b[0m", "\x1b[91m: no such package\n\x1b[0m", "\r\n", "end"]
    told: list[str] = []
    follow([{"stream": piece} for piece in pieces], "agent", told.append)
    assert told == ["Step 1 : FROM x", "getE: no such package", "end"]


def test_what_the_engine_writes_cannot_flood() -> None:
    told: list[str] = []
    follow([{"stream": "x" * 100_000 + "\n\n\n"}, {"aux": {"ID": "sha256:1"}}, {}], "agent", told.append)
    follow([{"stream": "y" * 500}] * 3, "agent", told.append)
    assert [len(line) for line in told] == [400] * 4


@pytest.fixture
def trial(engine: DockerClient, without: Callable[[str], NoReturn], tmp_path: Path) -> Iterator[Images]:
    """Images of a kind of this test's own, on the base that is here. All are removed."""
    try:
        engine.images.get(BASE)
    except ImageNotFound:
        without(f"the engine has no image {BASE}")
    (tmp_path / TRIAL).mkdir()
    (tmp_path / TRIAL / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nCOPY note /note\nRUN cat /note\n")
    (tmp_path / TRIAL / "note").write_text("one\n")
    ours = Images(engine, tmp_path, (TRIAL,))
    yield ours
    ours.remove(everything=True)
    assert ours.all() == []


def test_an_image_is_made_once_and_found(trial: Images) -> None:
    with pytest.raises(UserError, match=f"the image of the {TRIAL} is missing: run `fauxcorp image build`"):
        trial.needed(TRIAL)
    told: list[str] = []
    made = trial.build(TRIAL, told=told.append)
    assert "one" in told
    assert trial.needed(TRIAL) == made
    (found,) = trial.all()
    assert (found.kind, found.id, found.base, found.current) == (TRIAL, made, BASE, True)
    told.clear()
    assert trial.build(TRIAL, told=told.append) == made
    assert told == [f"{found.tags[0]} is there"]
    assert trial.remove() == []
    assert trial.build(TRIAL, fresh=True) != made


def test_an_image_of_other_files_is_never_used(trial: Images) -> None:
    first = trial.build(TRIAL)
    (trial.folder / TRIAL / "note").write_text("two\n")
    with pytest.raises(UserError, match="is out of date: run `fauxcorp image build`"):
        trial.needed(TRIAL)
    second = trial.build(TRIAL)
    assert trial.needed(TRIAL) == second != first
    assert {f.id: f.current for f in trial.all()} == {second: True, first: False}
    assert [f.id for f in trial.remove()] == [first]
    assert [f.id for f in trial.all()] == [second]


def test_an_image_on_a_base_that_has_changed_is_out_of_date(trial: Images, engine: DockerClient) -> None:
    base = f"fauxcorp-scratch-{TRIAL}:1"
    assert engine.images.get(BASE).tag(base)
    made = trial.build(TRIAL, base)
    other = changed(engine, BASE, base)
    try:
        with pytest.raises(UserError, match="is out of date"):
            trial.needed(TRIAL)
    finally:
        engine.images.remove(other)
    assert trial.needed(TRIAL) == made, "a base that is gone cannot be newer"


def test_an_image_on_top_of_ours_is_not_ours(trial: Images, engine: DockerClient) -> None:
    made = trial.build(TRIAL)
    name = f"fauxcorp-scratch-{TRIAL}:2"
    changed(engine, made, name)
    try:
        assert trial.needed(TRIAL) == made
        assert [f.id for f in trial.all()] == [made]
    finally:
        engine.images.remove(name)


def changed(engine: DockerClient, image: str, name: str) -> str:
    """Give a name to an image with one more layer."""
    container = engine.containers.create(image, ["true"], network_mode="none", labels={KIND: TRIAL})
    try:
        repository, _, tag = name.partition(":")
        container.commit(repository, tag)
    finally:
        container.remove(force=True)
    return name


def test_a_step_that_fails(trial: Images) -> None:
    (trial.folder / TRIAL / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo halfway; false\n")
    with pytest.raises(UserError) as error:
        trial.build(TRIAL)
    assert "halfway" in str(error.value)
    assert "non-zero code: 1" in str(error.value)
    assert trial.all() == []


def test_a_base_that_cannot_be_had(trial: Images) -> None:
    with pytest.raises(UserError, match=r"cannot be pulled: .*--base.*mmdebstrap"):
        trial.build(TRIAL, "localhost:1/nothing:here")


def test_an_image_in_use_stays(trial: Images, engine: DockerClient) -> None:
    made = trial.build(TRIAL)
    container = engine.containers.create(made, ["true"], network_mode="none", labels={KIND: "trial"})
    try:
        assert trial.remove(everything=True) == []
        assert trial.needed(TRIAL) == made
    finally:
        container.remove(force=True)


def test_the_profile_of_the_agent() -> None:
    profile = json.loads((FOLDER / "agent" / "seccomp.json").read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert all(not arch["subArchitectures"] for arch in profile["archMap"])
    allowed = [r for r in profile["syscalls"] if r["action"] == "SCMP_ACT_ALLOW"]
    assert sorted(r["args"][0]["value"] for r in allowed if r["names"] == ["socket"]) == [1, 2, 10, 16]
    freely = {name for r in allowed if "args" not in r for name in r["names"]}
    assert freely >= {"read", "execve", "connect", "ptrace", "chroot"}
    assert not freely & {
        "socket", "socketcall", "clone", "clone3", "io_uring_setup", "unshare", "setns", "mount", "bpf", "keyctl",
        "open_by_handle_at", "init_module", "kexec_load", "reboot", "clock_settime", "userfaultfd", "personality",
    }  # fmt: skip


Inside = Callable[..., str]
CAPABILITIES = (
    "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SYS_CHROOT SETFCAP AUDIT_WRITE NET_BIND_SERVICE".split()
)


@pytest.fixture(scope="module")
def inside(engine: DockerClient, agent_image: str) -> Iterator[Inside]:
    """A way to run a command as root in a container of the agent's image, confined as the agent is."""
    profile = (FOLDER / "agent" / "seccomp.json").read_text()
    container = engine.containers.run(
        agent_image, detach=True, init=True, network_mode="none", cap_drop=["ALL"], cap_add=CAPABILITIES,
        security_opt=[f"seccomp={profile}"], hostname="files01", labels={KIND: "trial"},
    )  # fmt: skip

    def run(command: str, user: str = "root") -> str:
        code, out = container.exec_run(["bash", "-c", command], user=user)
        assert code == 0, out.decode()
        return str(out.decode())

    yield run
    container.remove(force=True)


def test_no_file_belongs_to_nobody_under_the_companys_accounts(inside: Inside) -> None:
    files = account_files([])
    for name in ("passwd", "shadow", "group", "gshadow"):
        inside(f"cat > /etc/{name} <<'END'\n{files[f'/etc/{name}'].content.decode()}END")
    assert inside("find / -xdev '(' -nouser -o -nogroup ')'") == ""
    assert inside("stat -c %G /usr/bin/crontab /usr/bin/ssh-agent /var/log/wtmp /usr/bin/chage").split() == [
        "crontab",
        "_ssh",
        "utmp",
        "shadow",
    ]


def test_the_programs_of_an_office_server(inside: Inside) -> None:
    wanted = "mail sendmail curl wget git ssh scp rsync python3 jq gpg zip unzip dig host nc ps ip ping sudo crontab vi"
    inside(f"for p in {wanted}; do command -v $p > /dev/null || {{ echo $p; exit 1; }}; done")
    assert inside("python3 -c 'import requests; print(1)'") == "1\n"
    assert inside("sudo -n -u www-data id -un").endswith("www-data\n")
    assert inside("locale | head -1") == "LANG=C.UTF-8\n"


def test_no_program_has_a_capability_that_the_container_lacks(inside: Inside) -> None:
    code = "import os; print([p for t, _, n in os.walk('/usr') for p in (f'{t}/{x}' for x in n)"
    code += " if not os.path.islink(p) and 'security.capability' in os.listxattr(p)])"
    assert inside(f'python3 -c "{code}"') == "[]\n"
    assert inside("ping -V", user="nobody").startswith("ping from iputils")


def test_sockets_that_no_network_namespace_confines_are_unknown(inside: Inside) -> None:
    code = "import socket\nfor f in (1, 2, 10, 16, 17, 38, 40, 44):\n    try: socket.socket(f, 3 if f == 17 else 2)\n"
    code += "    except OSError as e: print(f, e.errno)"
    assert inside(f'python3 -c "{code}"').split("\n") == ["17 1", "38 97", "40 97", "44 97", ""]


def test_nothing_in_the_agents_image_says_what_it_is_for(
    inside: Inside, engine: DockerClient, agent_image: str
) -> None:
    words = "docker|container|sandbox|simulat|fauxcorp|mmdebstrap|policy-rc"
    ours = "/etc/msmtprc /etc/aliases /etc/default/locale /etc/apt /etc/dpkg /var/log /tmp /root /opt /srv /usr/local"
    assert inside(f"grep -rIilE '{words}' {ours} || true") == ""
    assert inside("ls -A /tmp /root/.cache /usr/sbin/policy-rc.d /etc/*- 2> /dev/null || true") == "/tmp:\n"
    image: Image = engine.images.get(agent_image)
    names = {line.partition("=")[0] for line in image.attrs["Config"]["Env"]}
    assert names == {"PATH", "LANG"}
    assert image.attrs["Size"] < 480_000_000


def test_both_kinds_are_there(images: Ids) -> None:
    assert len({images.agent, images.gateway}) == len(KINDS)
