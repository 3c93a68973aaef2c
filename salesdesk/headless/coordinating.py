"""The coordinator's work from a script: a list imported, a batch released, an invitation written."""

from __future__ import annotations

import sys
from pathlib import Path

from salesdesk.desk.batches import CheckBatch, Findings, ShowBatches
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.registry import named
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.headless.doing import request_of
from salesdesk.headless.files import in_base64
from salesdesk.headless.telling import as_text, run_job, say, say_json
from salesdesk.opening import open_desk


def import_file(
    file: Path, chosen: dict[str, str], floor: str | None, person: str | None, *, preview: bool, as_json: bool
) -> int:
    """Import a file, or show how it would be read."""
    from salesdesk.desk.lists import ImportList, PreviewList, ShowRejects

    data = in_base64(str(file))
    look: PreviewList = request_of(named("preview_list"), {"data": data, "region": chosen["region"]})
    take: ImportList = request_of(named("import_list"), {"data": data, **chosen})
    desk = open_desk(floor, person)
    try:
        if preview:
            seen = desk.ask(look)
            say_json(seen) if as_json else say(as_text(seen))
            return 0
        done = run_job(desk.start(take))
        if as_json:
            say_json(done)
            return 0
        say(
            f"list {done.list_id}: {done.rows:,} rows, {done.leads:,} new leads, {done.duplicates:,} copies merged,"
            f" {done.rejects:,} rejected\ncallable {done.callable:,}, without a number {done.no_number:,},"
            f" opted out {done.opted_out:,}"
        )
        if done.unread:
            say(f"columns not read: {', '.join(done.unread)}")
        if done.further_emails:
            say(f"second e-mail addresses, now in notes: {done.further_emails:,}")
        if done.emails_unread:
            say(f"e-mail cells without an address: {done.emails_unread:,}")
        shown = desk.ask(ShowRejects(list_id=done.list_id)).rejects[:20]
        for line in shown:
            say(f"  {line.detail}")
        if done.rejects > len(shown):
            say(f"  and {done.rejects - len(shown):,} more")
        return 0
    finally:
        desk.close()


def release(
    batch: int, quantity: int | None, floor: str | None, person: str | None, *, yes: bool, as_json: bool
) -> int:
    """Check a batch, show the findings, and release it after a yes; a release that was interrupted goes on."""
    desk = open_desk(floor, person)
    try:
        begun = {each.id: each.findings for each in desk.ask(ShowBatches()).batches if each.state == "releasing"}
        findings = begun.get(batch) or run_job(desk.start(CheckBatch(batch=batch)))
        going = min(quantity or findings.going, findings.going)
        if not as_json:
            say("\n".join(_findings(findings)))
        if not yes and not _confirmed(f"release {going:,} leads of {findings.campaign}?"):
            say("not released; the batch stays checked")
            return 1
        done = run_job(desk.start(ReleaseBatch(batch=batch, quantity=quantity)))
        say_json(done) if as_json else say(done.note)
        return 0
    finally:
        desk.close()


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise BadRequest("no_answer", f"{question} there is no terminal to ask; add --yes")
    sys.stderr.write(f"{question} y/N ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _findings(found: Findings) -> list[str]:
    lines = [
        f"{found.campaign}: {found.going:,} of {found.considered:,} leads would go, {found.callable_now:,} callable now"
    ]
    lines += [f"  left out, {each.cause}: {each.leads:,}" for each in found.causes]
    lines += [f"  stratum {each.cause}: {each.leads:,}" for each in found.strata]
    lines += [f"  {each.sentence}" for each in found.lockouts]
    who = "person" if found.people == 1 else "people"
    lines.append(f"  {found.windows} windows, {found.work_hours} hours of work for {found.people} {who}")
    return lines


def invite(meeting: int, out: Path | None, floor: str | None, person: str | None) -> int:
    """Write a meeting's .ics, to standard output as it is or to a file."""
    from salesdesk.desk.invites import MeetingFile

    desk = open_desk(floor, person)
    try:
        file = desk.ask(MeetingFile(meeting=meeting))
    finally:
        desk.close()
    if out is None:
        sys.stdout.write(file.text.replace("\r\n", "\n"))
        return 0
    path = out / file.name if out.is_dir() else out
    try:
        path.write_bytes(file.text.encode())
    except OSError as error:
        raise BadRequest("no_file", f"{path} cannot be written: {error.strerror}") from None
    say(f"{path}: {'cancellation' if file.cancels else 'invitation'} for {file.to or 'nobody, no address is known'}")
    return 0
