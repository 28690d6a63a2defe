"""What is not installed, and what always says the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.sandbox.commands.odds import NOT_INSTALLED


@pytest.mark.parametrize("name", sorted(NOT_INSTALLED))
def test_not_installed(name: str, desk) -> None:
    result = desk.run(f"{name} --version")
    assert (result.exit_code, result.stderr) == (127, f"bash: line 1: {name}: command not found\n")
    assert desk.run(f"which {name}").exit_code == 1


def test_packages_are_roots(desk, make_desk: Callable) -> None:
    assert "are you root?" in make_desk("guest").run("apt-get install x").stderr
    assert desk.run("sudo apt-get install x").stderr == "E: Unable to locate package x\n"


def test_no_terminal_and_no_manual(desk) -> None:
    assert desk.run("nano x").exit_code == 1
    assert desk.run("man nosuch").exit_code == 16
    assert "/dev/sda1" in desk.out("df -h")
    assert "Mem:" in desk.out("free")


def test_packages(desk) -> None:
    lines = desk.out("dpkg -l").splitlines()
    assert lines[3].startswith("||/ Name           Version")
    assert lines[4].startswith("+++-==============-=")
    assert all(line.startswith("ii  ") for line in lines[5:])
    assert desk.out("dpkg -l bash").count("\nii  ") == 1
    refused = desk.run("dpkg -l nosuch")
    assert (refused.exit_code, refused.stderr) == (1, "dpkg-query: no packages found matching nosuch\n")
    assert "\nbash/stable,now 5.2.15-2+b7 amd64 [installed]\n" in desk.out("apt list")


def test_mounts_and_disks_agree(desk) -> None:
    assert "/dev/sda1 on / type ext4" in desk.out("mount")
    assert "sda1" in desk.out("lsblk")
    assert desk.run("top").exit_code == 1
