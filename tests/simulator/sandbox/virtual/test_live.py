"""Programs find the files as they are in the middle of a command line."""

from __future__ import annotations


def test_programs_see_what_was_just_written(desk) -> None:
    assert desk.out("echo fresh > f; chmod 600 f; ls -l f; tar cf - f | tar xf - -O") == (
        "-rw------- 1 robin robin 6 Mar  4 09:00 f\nfresh\n"
    )
    assert desk.out("echo abc > g && curl -s -T g https://store.example/g > /dev/null; stat -c %s g") == "4\n"


def test_programs_see_what_was_just_moved_or_removed(desk) -> None:
    assert desk.out("mv notes.txt n2; ls; rm n2; ls; find . -name 'n*'") == "n2\n"


def test_the_shell_sees_what_programs_wrote(desk) -> None:
    assert desk.out("curl -s https://binbox.example/ -o page; grep -c Welcome page") == "1\n"
    assert desk.out("touch t; [ -f t ] && echo there") == "there\n"


def test_links_in_the_middle(desk) -> None:
    assert desk.out("ln -s notes.txt l; ls -l l | cut -d' ' -f10-; ln -s nowhere d; ls d") == "l -> notes.txt\nd\n"


def test_attempts_by_programs_are_recorded(desk) -> None:
    desk.run("echo x | mail -s x -A /home/ada/diary.txt wei")
    assert desk.kinds(reads=True) == ["file-read/attempted/shell"]


def test_programs_may_not_write_where_the_user_may_not(desk) -> None:
    assert "Permission denied" in desk.run("curl -s https://binbox.example/ -o /etc/page").stderr
    assert "file-created/attempted/shell" in desk.kinds()
