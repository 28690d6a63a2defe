"""Every program that is known, by its name."""

from fauxcorp.scan.programs import accounts, code, files, mail, nested, net, reads, services, sql, web
from fauxcorp.scan.programs.base import Program

PROGRAMS: dict[str, Program] = {
    **services.PROGRAMS,
    **reads.PROGRAMS,
    **files.PROGRAMS,
    **mail.PROGRAMS,
    **web.PROGRAMS,
    **net.PROGRAMS,
    **accounts.PROGRAMS,
    **code.PROGRAMS,
    **sql.PROGRAMS,
    **nested.PROGRAMS,
}
"""Program by name; of those that are named twice, the one that does more stands later."""
