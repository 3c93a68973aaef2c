"""The floor's record: counted again, sealed, and held against an anchor outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.local import Desk, LocalDesk
from salesdesk.headless.telling import run_job, say, say_json
from salesdesk.opening import open_desk

if TYPE_CHECKING:
    from salesdesk.desk.auditing import AuditReport


def audit(
    floor: str | None, person: str | None, key_files: Sequence[Path], anchor_file: Path | None, *, as_json: bool
) -> int:
    """Verify the seals, recount the floor, and remember where the chain ends; exit code 1 when something is wrong."""
    from salesdesk import sealfiles
    from salesdesk.desk.auditing import MOST_ANCHORS, RunAudit

    anchors = sealfiles.load_anchors(anchor_file) if anchor_file else []
    desk = _with_keys(open_desk(floor, person), key_files)
    try:
        report = run_job(desk.start(RunAudit(anchors=tuple(anchors[-MOST_ANCHORS:]))))
    finally:
        desk.close()
    say_json(report) if as_json else say("\n".join(_audit_lines(report)))
    if report.differences or report.seals.fault:
        return 1
    if anchor_file and report.seals.head and report.seals.verified:
        sealfiles.add_anchor(anchor_file, report.seals.head)
    return 0


def _audit_lines(report: AuditReport) -> Iterator[str]:
    yield (
        f"{report.events:,} events recounted: {report.tickets:,} tickets, {report.holds:,} holds,"
        f" {report.dealt:,} dealt counts, {report.sums:,} sums; {report.differences:,} differences"
    )
    for found in report.findings:
        yield f"  {found.what} {found.which}: stored {found.stored}, events say {found.events}"
    seals = report.seals
    said = "verified" if seals.verified else "not verified, since no key was given (--seal-key)"
    count = f"{seals.seals:,} seals over {seals.sealed:,} events, {seals.unsealed:,} events not sealed yet"
    yield f"{count}: {f'BROKEN, {seals.fault}' if seals.fault else said}"


def seal(floor: str | None, person: str | None, key_files: Sequence[Path], *, late: bool, as_json: bool) -> int:
    """Seal the events that are not sealed yet."""
    from salesdesk.desk.sealing import SealEvents

    desk = _with_keys(open_desk(floor, person), key_files)
    try:
        done = run_job(desk.start(SealEvents(late=late)))
    finally:
        desk.close()
    end = f"; the chain ends at seal {done.head.seal:,}" if done.head else ""
    say_json(done) if as_json else say(f"{done.events:,} events sealed{end}")
    return 0


def make_seal_key(file: Path, *, as_json: bool) -> int:
    """Make a key for seals in a new file."""
    from salesdesk import sealfiles

    key = sealfiles.make_key(file)
    if as_json:
        say_json({"file": str(file), "key_id": key.id})
    else:
        say(f"{file} holds seal key {key.id} now; keep a copy away from the floor, nothing can be verified without it")
    return 0


def _with_keys(desk: Desk, key_files: Sequence[Path]) -> Desk:
    """Let a desk hold the seal keys of these files, the first of which seals."""
    from salesdesk import sealfiles
    from salesdesk.desk.sealing import holding

    try:
        if key_files:
            if not isinstance(desk, LocalDesk):
                raise BadRequest("keys_there", "the floor's server holds the seal keys itself; leave --seal-key out")
            desk.counter = holding(desk.counter, [sealfiles.load_key(each) for each in key_files])
    except BaseException:
        desk.close()
        raise
    return desk
