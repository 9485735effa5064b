"""`hoithi`: every command in one table."""

from __future__ import annotations

import sys

from cyclopts import App

from services.cli.terminal import DIFFERENT, Failure, err

COMMANDS = {
    "up": "services.cli.up:up",
    "down": "services.cli.up:down",
    "status": "services.cli.status:status",
    "logs": "services.cli.logs:logs",
    "migrate": "services.cli.stores:migrate",
    "topics": "services.cli.stores:topics",
    "staff invite": "services.cli.staff:invite",
    "contest check": "services.cli.contest:check",
    "contest apply": "services.cli.contest:apply",
    "replay": "services.cli.replay:replay",
    "audit": "services.cli.audit:audit",
    "rebuild": "services.cli.upkeep:rebuild",
    "republish": "services.cli.upkeep:republish",
    "dead-letters list": "services.cli.dead_letters:listing",
    "dead-letters redrive": "services.cli.dead_letters:redrive",
    "demo": "services.cli.demo:demo",
}
GROUPS = {
    "staff": "People who run a contest.",
    "contest": "Contest folders.",
    "dead-letters": "Records that a service could not read.",
}


def build() -> App:
    """The command line. Modules are imported when their command is called, so that `--help` is quick."""
    app = App(name="hoithi", help="Run contests, and look after what runs.", result_action="return_value")
    groups = {name: App(name=name, help=about) for name, about in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for words, target in COMMANDS.items():
        group_name, _, name = words.rpartition(" ")
        (groups[group_name] if group_name else app).command(target, name=name)
    return app


def main() -> None:
    from deploy.local.processes import CannotStart
    from services.folder import FolderFaults

    try:
        sys.exit(build()() or 0)
    except FolderFaults as faults:
        err.print(str(faults), markup=False, soft_wrap=True)
        sys.exit(DIFFERENT)
    except CannotStart as fault:
        err.print(str(fault), markup=False, soft_wrap=True)
        sys.exit(DIFFERENT)
    except Failure as fault:
        err.print(str(fault), markup=False, soft_wrap=True)
        sys.exit(fault.code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
