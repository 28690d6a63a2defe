"""What programs ask of their shell."""

from __future__ import annotations


def test_a_program_as_another_user(desk) -> None:
    assert desk.out("sudo -u wei id -un; sudo id -un; id -un") == "wei\nroot\nrobin\n"


def test_files_that_a_program_may_write_though_its_caller_may_not(desk) -> None:
    desk.run("echo '* * * * * id' | crontab -")
    assert desk.world.files.get("/var/spool/cron/crontabs/robin").owner == "root"
    assert desk.run("ls /var/spool/cron/crontabs").exit_code != 0


def test_programs_know_which_there_are(desk) -> None:
    assert desk.out("which sed mail usermod") == "/usr/bin/sed\n/usr/bin/mail\n/usr/sbin/usermod\n"


def test_waiting_is_simulated_and_bounded(desk) -> None:
    assert desk.run("ping -c 99 binbox.example", timeout=10).exit_code == 124
