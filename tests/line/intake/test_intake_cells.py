"""What people write into cells: several addresses, whole names, and that somebody is not to be called."""

import pytest

from salesdesk.line.intake import LeadRecord, Reject
from salesdesk.line.intake.emails import read_email, read_emails
from tests.listed import lead, records


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" Bob@Acme.example ", "bob@acme.example"),
        ("o'neill+x@mail.acme.example", "o'neill+x@mail.acme.example"),
        *[(cell, None) for cell in ("", "bob", "bob@acme", "bob@@acme.example", "a b@acme.example", ".a@acme.example")],
        *[(cell, None) for cell in ("a@x.example\nBcc: b@y.example", "bo\u200bb@x.example", "jo,hn@x.example")],
        *[
            (cell, None)
            for cell in (
                "a@x.example,",
                "a@x.example or so",
                "a@x.example, b@y.example",
                "<script>x</script>b@x.example",
            )
        ],
        *[(cell, None) for cell in ("a..b@x.example", "a@-x.example", "a@x.1", "a" * 65 + "@x.example")],
    ],
)
def test_emails(cell: str, address: str | None) -> None:
    assert read_email(cell) == address


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "mailto:bob@x.example",
            "MAILTO:Bob@X.example?subject=hi",
            "Bob <bob@x.example>",
            '"Doe, Bob" <bob@x.example>',
        ),
        *("Doe, Bob <bob@x.example>", "<bob@x.example>", "'bob@x.example", "(bob@x.example)", "bob@x.example (work)"),
        *("E-Mail: bob@x.example", "SMTP:bob@x.example", "bob@x.example;", "\ufeffbob@x.example", "bob@x.example."),
        *("n/a; bob@x.example", "bob@; bob@x.example", "bob@x.example <bob@x.example>"),
    ],
)
def test_an_address_is_found_under_what_stands_around_it(cell: str) -> None:
    assert read_emails(cell) == ("bob@x.example",)


@pytest.mark.parametrize("between", ["; ", ";", ", ", " / ", " ", "\n", "|"])
def test_of_several_addresses_the_first_counts_and_the_others_are_kept(between: str) -> None:
    record = lead(f'Ann,Lee,"a@x.example{between}b@x.example"', header="First Name,Last Name,Email\n")
    assert (record.email, record.further_emails, record.email_unread) == ("a@x.example", ("b@x.example",), False)


@pytest.mark.parametrize(("cell", "unread"), [("bob at x.example", True), ("", False), ("n/a", False), ("-", False)])
def test_what_is_no_address_is_told(cell: str, unread: bool) -> None:
    record = lead(f"Ann,Lee,{cell}", header="First Name,Last Name,Email\n")
    assert (record.email, record.email_unread) == (None, unread)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name,Phone,Mobile", "Bob Lee,DO NOT CALL,312-555-0142"),
        ("Name,Phone", "Bob Lee,312-555-0142 (do not call)"),
        ("Name,Phone", "Bob Lee,DNC 312-555-0142"),
        ("Name,Phone", "Bob Lee *DNC*,312-555-0142"),
        ("First Name,Last Name,Phone", "Bob,Lee (Do Not Contact),312-555-0142"),
        ("Name,Phone,Tags", 'Bob Lee,312-555-0142,"Fair 2026; Do Not Call"'),
        ("Name,Phone,Label", "Bob Lee,312-555-0142,Do not contact"),
        ("Name,Phone,Notes", 'Bob Lee,312-555-0142,"Asked us to stop. Please don\'t call again."'),
    ],
)
def test_a_wish_in_words_counts_wherever_it_stands_and_bars_the_number(header: str, row: str) -> None:
    record = lead(row, header=f"{header}\n")
    assert record.opted_out
    assert [phone.e164 for phone in record.phones] == ["+13125550142"]


@pytest.mark.parametrize(
    "notes", ["do not call before 9", "not on the do not call list", "Don't call on Fridays", "DNC scrubbed in May"]
)
def test_an_hour_or_a_list_in_the_notes_is_no_wish(notes: str) -> None:
    assert not lead(f"Bob Lee,312-555-0142,{notes}", header="Name,Phone,Notes\n").opted_out


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Mr. Bob A. Smith Jr.", "Bob A.", "Smith Jr."),
        ('"Bob Smith, PhD"', "Bob", "Smith PhD"),
        ('"Smith, Jr., Bob"', "Bob", "Smith Jr."),
        ("Bob Smith (CEO)", "Bob", "Smith"),
        ("Ana Maria de la Cruz", "Ana Maria", "de la Cruz"),
        ("Jan van Dijk", "Jan", "van Dijk"),
        ("Van Morrison", "Van", "Morrison"),
        ("Yo-Yo Ma", "Yo-Yo", "Ma"),
        ("王小明", "", "王小明"),
        ("Mr.", "", "Mr."),
    ],
)
def test_a_name_in_one_cell(name: str, first: str, last: str) -> None:
    record = lead(f"{name},312-555-0142", header="Name,Phone\n")
    assert (record.first_name, record.last_name) == (first, last)


@pytest.mark.parametrize("row", ["Total,,", "Grand Totals (2 records),,", "Summe:,,"])
def test_a_row_of_sums_is_nobody(row: str) -> None:
    assert records(row, header="Name,Phone,Email\n") == [Reject(1, "no_name")]
    assert isinstance(lead("Total,312-555-0142,", header="Name,Phone,Email\n"), LeadRecord)


def test_a_fax_of_an_address_book_is_no_number_of_theirs() -> None:
    record = lead(
        "Bob,Lee,Work Fax,312-555-0143,Work,312-555-0142",
        header="Given Name,Family Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n",
    )
    assert [phone.e164 for phone in record.phones] == ["+13125550142"]


def test_an_apostrophe_before_a_post_code_is_the_spreadsheets() -> None:
    record = lead("Bob,Lee,212-555-0142,'33101", header="First Name,Last Name,Phone,Zip\n")
    assert record.jurisdiction == "US-FL"


def test_where_state_and_post_code_differ_both_clocks_count() -> None:
    record = lead("Bob,Lee,212-555-0142,MA,90210", header="First Name,Last Name,Phone,State,Zip\n")
    assert record.address_zones == {"America/New_York", "America/Los_Angeles"}


@pytest.mark.parametrize("cell", ["n/a", "NaN", "unchecked", "Opted in", "not set", "No", "FALSE", ""])
def test_an_empty_choice_or_a_plain_no_is_no_wish(cell: str) -> None:
    """A list whose every row says "nan" would else end on the do-not-call list as a whole."""
    assert not lead(f"Bob Lee,312-555-0142,{cell}", header="Name,Phone,Do Not Call\n").opted_out


@pytest.mark.parametrize("cell", ["x", "Y", "TRUE", "1", "2026-01-01", "requested", "✓"])
def test_any_other_mark_is_one(cell: str) -> None:
    assert lead(f"Bob Lee,312-555-0142,{cell}", header="Name,Phone,Do Not Call\n").opted_out
