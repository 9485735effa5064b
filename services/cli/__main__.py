"""`hoithi`: every command in one table."""

from __future__ import annotations

import errno
import sys
from importlib.metadata import version

from cyclopts import App, CycloptsError

from services.cli.terminal import DIFFERENT, Failure, err

COMMANDS = {
    "up": ("services.cli.up:up", "Start everything; --detach leaves it running."),
    "down": ("services.cli.up:down", "Stop everything in order; --wipe forgets the data."),
    "status": ("services.cli.status:status", "Each process, its health, lag and outbox age."),
    "logs": ("services.cli.logs:logs", "What a process wrote; --follow goes on."),
    "migrate": ("services.cli.stores:migrate", "Apply the migrations that are missing."),
    "topics": ("services.cli.stores:topics", "Create the topics that are missing; show them all."),
    "staff invite": ("services.cli.staff:invite", "A single-use link for one person and one role."),
    "staff list": ("services.cli.staff:listing", "Who holds which role, and open invitations."),
    "staff revoke": ("services.cli.staff:revoke", "Take one role of one member back."),
    "confirm list": ("services.cli.second:listing", "What waits for a second person."),
    "confirm yes": ("services.cli.second:confirm", "Confirm what a member of staff asked for."),
    "confirm no": ("services.cli.second:refuse", "Refuse it, or take an own one back."),
    "person export": ("services.cli.person:export", "Everything that is known of one person."),
    "person erase": ("services.cli.person:erase", "Erase one person's identity in every service."),
    "contest check": ("services.cli.contest:check", "Report every fault of a contest folder."),
    "contest apply": ("services.cli.contest:apply", "Send a contest folder to the services."),
    "unit rename": ("services.cli.unit:rename", "Give a unit another name."),
    "unit merge": ("services.cli.unit:merge", "Let a unit go into another one."),
    "replay": ("services.cli.replay:replay", "Play a month of a real contest, and compare."),
    "cost": ("services.cli.cost:cost", "What an attempt and a save cost in CPU."),
    "load last-hour": ("services.cli.load:last_hour", "An open load before a deadline, through Caddy."),
    "load viewers": ("services.cli.load:viewers", "Streams of totals held open, and what they cost."),
    "load guesses": ("services.cli.load:guesses", "Entry codes guessed while their owners sign in."),
    "load board": ("services.cli.measure:board", "What the board's file costs the gateway, against a plain file."),
    "load public": ("services.cli.measure:public", "From a submission to the public numbers that count it."),
    "load replicas": ("services.cli.measure:replicas", "Replicas of each service, some of which end under load."),
    "load registrations": ("services.cli.measure:registrations", "Registrations at rising rates."),
    "drill": ("services.cli.drill:drill", "Hurt a contest under load, and compare."),
    "audit": ("services.cli.audit:audit", "Compare what was submitted, scored and counted."),
    "audit-log": ("services.cli.audit_log:audit_log", "Who did what, over all services."),
    "rebuild": ("services.cli.upkeep:rebuild", "Count everything again from offset 0, and swap."),
    "republish": ("services.cli.upkeep:republish", "Put every fact of a service into its topics again."),
    "dead-letters list": ("services.cli.dead_letters:listing", "Where they stood, and why."),
    "dead-letters redrive": ("services.cli.dead_letters:redrive", "Send them to their topic again."),
    "demo": ("services.cli.demo:demo", "A contest in the middle of its month, to take part in."),
}
GROUPS = {
    "staff": "People who run a contest.",
    "confirm": "What needs a second person.",
    "person": "What people may ask about their own data.",
    "contest": "Contest folders.",
    "load": "Open loads on a stack of their own.",
    "unit": "Units of a series after people have entered it.",
    "dead-letters": "Records that a service could not read.",
}
EXITS = """Answers go to standard output, progress to standard error.

Exit codes: 0 all well; 1 something is wrong or differs; 2 not settled yet; 3 nothing runs; 130 interrupted."""


def build(listing: bool = False) -> App:
    """The command line. Modules are imported when their command is called, so that `--help` is quick.

    `listing`: every command by one line; otherwise a command's own help is its whole text.
    """
    about = "Run contests, and look after what runs."
    app = App(name="hoithi", help=about, help_epilogue=EXITS, version=version("hoithi"), result_action="return_value")
    groups = {name: App(name=name, help=about) for name, about in GROUPS.items()}
    for group in groups.values():
        app.command(group)
    for words, (target, about) in COMMANDS.items():
        group_name, _, name = words.rpartition(" ")
        (groups[group_name] if group_name else app).command(target, name=name, help=about if listing else None)
    return app


def main() -> None:
    from deploy.local.processes import CannotStart
    from services.folder import FolderFaults

    said = " ".join(sys.argv[1:]) + " "
    named = any(said.startswith(f"{words} ") for words in COMMANDS)
    try:
        sys.exit(build(listing=not named)(exit_on_error=False) or 0)
    except CycloptsError:
        sys.exit(DIFFERENT)  # it has said why; its own code, 2, means something else here
    except FolderFaults as faults:
        err.print(str(faults), markup=False, soft_wrap=True)
        sys.exit(DIFFERENT)
    except CannotStart as fault:
        err.print(str(fault), markup=False, soft_wrap=True)
        sys.exit(DIFFERENT)
    except Failure as fault:
        err.print(str(fault), markup=False, soft_wrap=True)
        sys.exit(fault.code)
    except OSError as fault:
        if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        err.print(f"The disk is full ({fault.filename or 'no room left'}); make room and try again.", markup=False)
        sys.exit(DIFFERENT)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
