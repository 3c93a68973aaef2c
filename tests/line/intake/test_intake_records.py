"""A row becomes a record or a reject; the rows of one person become one, and no opt-out is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.intake import IntakeError, LeadRecord, Reject, preview, read
from salesdesk.line.intake.duplicates import DuplicateIndex, fold_copies, merge, same_name
from tests.listed import HEADER, lead, records


def test_a_full_row() -> None:
    record = lead(
        'Marta,Oyelaran,Halden Freight, Marta@Halden.example ,312-555-0142 x12,+44 7700 900472,IL,,,,"1,240",hi'
    )
    assert (record.first_name, record.last_name, record.company) == ("Marta", "Oyelaran", "Halden Freight")
    assert record.email == "marta@halden.example"
    assert [(phone.e164, phone.extension, phone.valid) for phone in record.phones] == [
        ("+13125550142", "12", True),
        ("+447700900472", None, False),
    ]
    assert record.phones[0].regions == {"US-IL"}
    assert (record.country, record.jurisdiction, record.employees, record.notes) == ("US", "US-IL", 1240, "hi")
    assert record.zones == {"America/Chicago"}
    assert (record.opted_out, record.phone_reason) == (False, None)


def test_the_first_valid_number_is_preferred() -> None:
    record = lead("A,B,,,+44 7700 900472,312-555-0142,,,,,,")
    assert [phone.e164 for phone in record.phones] == ["+13125550142", "+447700900472"]


def test_a_row_without_a_number_is_a_lead_with_a_reason() -> None:
    assert lead("A,B,,,,tbd,,,,,,").phone_reason == "placeholder"
    assert lead("A,B,,,,,,,,,,").phone_reason == "blank"
    assert lead("A,B", header="First Name,Last Name\n").phone_reason == "no_phone_column"


def test_numbers_belong_to_the_country_of_the_row() -> None:
    assert lead("A,B,,,2079460196,,,UK,,,,").phones[0].e164 == "+442079460196"


@pytest.mark.parametrize("mark", ["TRUE", "true", "1", "x", "X", "Yes", "ja", "oui", "✓", "opted out 2024"])
def test_any_mark_opts_out(mark: str) -> None:
    assert lead(f"A,B,,,312-555-0142,,,,{mark},,,").opted_out


@pytest.mark.parametrize("mark", ["", "false", "FALSE", "0", "No", "nein", " "])
def test_only_a_plain_no_does_not(mark: str) -> None:
    assert not lead(f"A,B,,,312-555-0142,,,,{mark},,,").opted_out


def test_a_stage_can_forbid_contact() -> None:
    record = lead("A,B,,,312-555-0142,,,,,Do Not Contact,,")
    assert record.opted_out
    assert record.do_not_email


@pytest.mark.parametrize(
    ("header", "row", "names"),
    [
        ('"Nachname, Vorname";Telefon\n', '"van der Dussen, Clara";030 23125302', ("Clara", "van der Dussen")),
        ('"Nachname, Vorname";Telefon\n', "Liebelt,Catharina;030 23125302", ("Catharina", "Liebelt")),
        ("Name,Phone\n", "Ada King Byron,1", ("Ada King", "Byron")),
        ("Name,Phone\n", '"Byron, Ada",1', ("Ada", "Byron")),
        ("Name,Phone\n", "Cher,1", ("", "Cher")),
        ("First Name,Last Name\n", "Zoe\u0308,Null", ("Zoë", "Null")),
    ],
)
def test_names(header: str, row: str, names: tuple[str, str]) -> None:
    record = lead(row, header=header)
    assert (record.first_name, record.last_name) == names


def test_rejects_say_why_and_hold_no_text() -> None:
    header = "First Name,Last Name,Phone,IsDeleted\n"
    rejects = records(",,312-555-0142,", "A,B,1,TRUE", "A,B,1", "A,B,1,,secret", header=header)
    assert rejects == [Reject(1, "no_name"), Reject(2, "deleted"), Reject(3, "wrong_length"), Reject(4, "wrong_length")]
    assert [reject.message for reject in rejects if isinstance(reject, Reject)][3].startswith("row 4: ")


def test_a_company_without_a_person_is_a_lead_where_the_file_has_no_names() -> None:
    assert lead("Halden,312-555-0142", header="Company,Phone\n").company == "Halden"


def test_a_file_that_cannot_be_read_is_refused_before_the_first_row() -> None:
    with pytest.raises(IntakeError):
        read(b"Colour,City\nred,Rome\n", "US")


def test_a_preview_counts_and_cleans() -> None:
    rows = ["A,\x1b[31mB,,,312-555-0142,,,,,,,", "C,D,,,,,,,,,,", "E,F,,,312-555-0143,,,,x,,,", "G"]
    seen = preview((HEADER + "\n".join(rows)).encode(), "US")
    assert seen.sample[0][1] == "\ufffd[31mB"
    assert seen.counts == {
        "leads": 3,
        "callable": 1,
        "no_number": 1,
        "no number blank": 1,
        "opted_out": 1,
        "rejected": 1,
        "rejected wrong_length": 1,
    }


@settings(max_examples=60)
@given(st.lists(st.text(max_size=20), min_size=12, max_size=12))
def test_any_cells_become_a_record_or_a_reject(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    for record in read((HEADER + quoted + "\n").encode("utf-8", "replace"), "US"):
        if isinstance(record, LeadRecord):
            assert "\x1b" not in record.first_name + record.company + record.notes


# One person, several rows.

ANN = "Ann,Lee,Acme,ann@acme.example,312-555-0142,,IL,,,,,"


def test_a_copy_adds_what_is_missing_and_the_oldest_wins() -> None:
    folded = fold_copies(records(ANN, "Ann,Leigh,Other,ANN@acme.example,,646-555-0102,,,,,50,met at fair"))
    (person,) = folded.leads
    assert (person.row, person.last_name, person.company, person.employees) == (1, "Lee", "Acme", 50)
    assert [phone.e164 for phone in person.phones] == ["+13125550142", "+16465550102"]
    assert person.notes == "met at fair"
    assert folded.copies == {2: 1}


@pytest.mark.parametrize("opted_out_first", [True, False])
def test_an_opt_out_on_any_copy_counts(opted_out_first: bool) -> None:
    flagged = ANN.replace(",IL,,,", ",IL,,x,")
    rows = [flagged, ANN] if opted_out_first else [ANN, flagged]
    (person,) = fold_copies(records(*rows)).leads
    assert person.opted_out


def test_a_switchboard_is_not_one_person() -> None:
    rows = [ANN, "Bob,Ray,Acme,bob@acme.example,312-555-0142,,,,x,,,"]
    ann, bob = fold_copies(records(*rows)).leads
    assert (ann.opted_out, bob.opted_out) == (False, True)


def test_a_row_that_links_two_people_makes_them_one() -> None:
    rows = [ANN, "Ann,Lee,,a.lee@mail.example,646-555-0102,,,,x,,,", "Ann,Lee,,ann@acme.example,646-555-0102,,,,,,,"]
    folded = fold_copies(records(*rows))
    (person,) = folded.leads
    assert person.opted_out
    assert folded.copies == {2: 1, 3: 1}


def test_a_shared_mailbox_needs_a_like_name() -> None:
    rows = ["Ann,Lee,,info@acme.example,,,,,,,,", "Bob,Ray,,info@acme.example,,,,,,,,"]
    assert len(fold_copies(records(*rows)).leads) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Ann", "Lee"), ("ANN", "LEE"), True),
        (("Zoë", "Müller"), ("Zoe\u0308", "Mu\u0308ller"), True),
        (("Michelle", "Laporte"), ("Michelle", "Lpaorte"), True),
        (("Tanya", "Phillips"), ("Tanya", "Phililps"), True),
        (("Anthony", "Price"), ("Anthony", "Prce"), True),
        (("Philip C.", "Tucker"), ("Philip", "Tucker"), True),
        (("Lee", "Ann"), ("Ann", "Lee"), True),
        (("J.", "Martinez"), ("Juan", "Martinez"), True),
        (("Ann", "Lee"), ("Jan", "Lee"), False),
        (("Ann", "Lee"), ("Ann", "Ray"), False),
        (("", "Lee"), ("Ann", "Lee"), False),
        (("", ""), ("", ""), False),
    ],
)
def test_like_names(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    assert same_name(one, other) is same


def test_colleagues_of_almost_one_name_stay_two() -> None:
    rows = ["Maria,Weber,,maria@x.example,312-555-0142,,,,,,,", "Marie,Weber,,marie@x.example,312-555-0142,,,,,,,"]
    assert len(fold_copies(records(*rows)).leads) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("John", "Joan"), ("Mario", "Maria"), ("Paul", "Paula"), ("Erik", "Erika"), ("Daniel", "Danielle")],
)
def test_two_people_of_almost_one_name_at_a_shared_line_stay_two(one: str, other: str) -> None:
    rows = [f"{first},Weber,Acme,{first}@{first}.example,312-555-0142,,,,,,," for first in (one, other)]
    assert len(fold_copies(records(*rows)).leads) == 2
    assert len(fold_copies(records(*(row.replace("@", "") for row in rows))).leads) == 2


@pytest.mark.parametrize("slip", ["Michele", "Michlele", "Mchelle"])
def test_a_letter_too_few_or_too_many_or_two_that_swapped_are_one_person(slip: str) -> None:
    rows = [f"{first},Laporte,Acme,,312-555-0142,,,,,,," for first in ("Michelle", slip)]
    assert len(fold_copies(records(*rows)).leads) == 1


def test_people_already_known_are_found_by_the_callers_key() -> None:
    index: DuplicateIndex[str] = DuplicateIndex()
    index.add_person("lead-7", "Ann", "Lee", "ann@acme.example", "+13125550142")
    assert index.match(lead(ANN)) == "lead-7"
    assert index.match(lead("Ann,Lee,,,312-555-0142,,,,,,,")) == "lead-7"
    assert index.match(lead("Ann,Lee,,,,,,,,,,")) is None


def test_merging_keeps_every_candidate_zone() -> None:
    merged = merge(lead(ANN), lead(ANN.replace(",IL,", ",CA,")))
    assert {"America/Chicago", "America/Los_Angeles"} <= merged.zones


def test_an_opt_out_reaches_a_like_name_at_the_same_company_without_merging() -> None:
    flagged = "Ann,Lee,Acme Group,,646-555-0102,,,,x,,,"
    folded = fold_copies(
        records(ANN, flagged, "Bob,Ray,Acme,,312-555-0143,,,,,,,", "Ann,Lee,Other,,312-555-0144,,,,,,,")
    )
    assert [lead.opted_out for lead in folded.leads] == [True, True, False, False]
    assert folded.copies == {}


def test_likely_people_are_only_proposed() -> None:
    index: DuplicateIndex[int] = DuplicateIndex()
    index.add(1, lead(ANN))
    assert index.match(lead("Ann,Lee,ACME Inc.,,646-555-0102,,,,,,,")) is None
    assert index.likely(lead("Ann,Lee,ACME Inc.,,646-555-0102,,,,,,,")) == (1,)
    assert index.likely(lead("Ann,Lee,,,646-555-0102,,,,,,,")) == ()
