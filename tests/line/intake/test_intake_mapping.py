"""Columns are guessed from the header of any export, shown, and editable."""

import json
import re

import pytest

from salesdesk.line.intake import IntakeError, LeadRecord, Mapping, read
from salesdesk.line.intake.mapping import guess_mapping


@pytest.mark.parametrize(
    ("header", "source", "phones"),
    [
        (
            "Record ID,First Name,Last Name,Email,Mobile Phone Number,Phone Number,Lifecycle Stage,Lead Status",
            "HubSpot contacts",
            ("Phone Number", "Mobile Phone Number"),
        ),
        ("Id,IsDeleted,LastName,FirstName,MobilePhone,Phone,OwnerId", "Salesforce leads", ("Phone", "MobilePhone")),
        (
            "First Name,Last Name,Company Name for Emails,Email Status,Company Phone,Corporate Phone,Other Phone,"
            "Home Phone,Mobile Phone,Work Direct Phone",
            "Apollo people",
            ("Work Direct Phone", "Mobile Phone", "Home Phone", "Other Phone", "Corporate Phone", "Company Phone"),
        ),
        ("ZoomInfo Contact ID,Last Name,Mobile phone,Direct Phone Number", "ZoomInfo contacts", None),
        ("First Name,Last Name,URL,Email Address,Company,Position,Connected On", "LinkedIn connections", ()),
        ("Name,Téléphone,Ville,Pays", "unknown list", ("Téléphone",)),
        ("full_name,contact phone 2,phone,fax phone,phone type", "unknown list", ("phone", "contact phone 2")),
    ],
)
def test_known_and_unknown_exports(header: str, source: str, phones: tuple[str, ...] | None) -> None:
    mapping = guess_mapping(header.split(","))
    assert mapping.source == source
    assert phones is None or mapping.phones == phones


def test_a_german_list() -> None:
    header = ["Nr.", "Nachname, Vorname", "Firma", "E-Mail", "Telefon", "Mobil", "PLZ", "Ort", "Land", "Nicht anrufen"]
    assert dict(guess_mapping(header).columns) == {
        "external_id": "Nr.",
        "last_first": "Nachname, Vorname",
        "company": "Firma",
        "email": "E-Mail",
        "postal_code": "PLZ",
        "city": "Ort",
        "country": "Land",
        "opted_out": "Nicht anrufen",
    }


@pytest.mark.parametrize(
    ("header", "fields", "phones"),
    [
        (
            "ZoomInfo Contact ID,Last Name,First Name,Person City,Person State,Person Zip,Country,Company State",
            {"city": "Person City", "region": "Person State", "postal_code": "Person Zip", "country": "Country"},
            (),
        ),
        (
            "Id,LastName,MailingCity,MailingState,MailingPostalCode,MailingCountry,MailingCountryCode",
            {"region": "MailingState", "postal_code": "MailingPostalCode", "country": "MailingCountry"},
            (),
        ),
        (
            "Name,Emails,Work Phones,Mobile Phones,Address City,Address State,Address Zip,Address Country",
            {
                "email": "Emails",
                "city": "Address City",
                "region": "Address State",
                "postal_code": "Address Zip",
                "country": "Address Country",
            },
            ("Work Phones", "Mobile Phones"),
        ),
        (
            "Vorname,Nachname,Telefonnummer,Mobiltelefonnummer,Name des Unternehmens,Bundesland/Region,Land/Region",
            {"company": "Name des Unternehmens", "region": "Bundesland/Region", "country": "Land/Region"},
            ("Telefonnummer", "Mobiltelefonnummer"),
        ),
        (
            "Prénom,Nom de famille,Numéro de téléphone,Nom de l'entreprise,Pays/Région",
            {"first_name": "Prénom", "last_name": "Nom de famille", "country": "Pays/Région"},
            ("Numéro de téléphone",),
        ),
        (
            "ID de registro,Nombre,Apellidos,Correo,Número de teléfono,Nombre de la empresa,Estado/Región,País/Región",
            {
                "external_id": "ID de registro",
                "first_name": "Nombre",
                "last_name": "Apellidos",
                "email": "Correo",
                "company": "Nombre de la empresa",
                "region": "Estado/Región",
                "country": "País/Región",
            },
            ("Número de teléfono",),
        ),
        (
            "First,Last,Company,Emails,Work Phones,Stage Name",
            {"first_name": "First", "last_name": "Last", "stage": "Stage Name"},
            ("Work Phones",),
        ),
        (
            "Person - Name,Person - Organization,Person - Phone - Work",
            {"full_name": "Person - Name", "company": "Person - Organization"},
            ("Person - Phone - Work",),
        ),
        (
            "First Name,Business Phone,Business City,Business State,Business Postal Code,Business Country/Region",
            {"city": "Business City", "region": "Business State", "postal_code": "Business Postal Code"},
            ("Business Phone",),
        ),
        (
            "Full Name,Business Phone,Address 1: City,Address 1: State/Province,Address 1: Country/Region",
            {"city": "Address 1: City", "region": "Address 1: State/Province", "country": "Address 1: Country/Region"},
            ("Business Phone",),
        ),
    ],
)
def test_addresses_and_numbers_of_known_programs(header: str, fields: dict[str, str], phones: tuple[str, ...]) -> None:
    mapping = guess_mapping(header.split(","))
    assert fields.items() <= dict(mapping.columns).items()
    assert mapping.phones == phones


def test_a_file_with_neither_phone_nor_name_is_refused() -> None:
    with pytest.raises(IntakeError, match="no column holds a phone number or a name"):
        guess_mapping(["City", "State", "Colour"])


def test_a_mapping_is_edited_and_kept_as_json() -> None:
    mapping = guess_mapping(["First Name", "Who", "Phone", "Tel B"])
    edited = mapping.with_column("last_name", "Who").with_column("phones", ["Tel B", "Phone"])
    assert Mapping.from_json(json.loads(json.dumps(edited.to_json()))) == edited
    assert edited.phones == ("Tel B", "Phone")
    assert dict(edited.with_column("last_name", None).columns) == {"first_name": "First Name"}


@pytest.mark.parametrize(
    ("field", "column"), [("last_name", "Nobody"), ("shoe_size", "Who"), ("email", ["Who", "Phone"])]
)
def test_an_edit_names_what_is_wrong(field: str, column: str | list[str]) -> None:
    with pytest.raises(IntakeError):
        guess_mapping(["First Name", "Who", "Phone"]).with_column(field, column)


@pytest.mark.parametrize(
    ("header", "row"),
    [("Do not call,Do not contact", "No,Yes"), ("Do not call,DNC", "x,"), ("Stage,Lead Status", "Cold,Do Not Contact")],
)
def test_what_any_of_several_columns_forbids_is_forbidden(header: str, row: str) -> None:
    data = f"First Name,Phone,{header}\nAnn,212-555-0101,{row}\n".encode()
    (record,) = read(data, "US")
    assert getattr(record, "opted_out", False)
    mapping = guess_mapping(["First Name", "Phone", *header.split(",")])
    assert Mapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping
    (again,) = read(data, "US", mapping)
    assert again == record


SAYS_NOT_TO_CALL = """
Opted Out; Opt Out; Call Opted Out; HasOptedOutOfCalls; DoNotCall__c; Do_Not_Call__c; DO_NOT_CALL__C; DNC Status
DNCStatus; On DNC; Phone DNC; National DNC; Do Not Phone; Do not call flag; Contact: Do Not Call; Person - Do not call
Direct Phone Do Not Call; Do not allow Phone Calls; Bitte nicht anrufen; Keine Anrufe; Ne plus appeler
No llamar; No calls; Email and phone opt out; CTPS; Não ligar; Don't call; Mobile opt-out
"""


@pytest.mark.parametrize("column", re.split(r"[;\n]\s*", SAYS_NOT_TO_CALL.strip()))
def test_a_column_that_says_not_to_call_is_understood_under_any_name(column: str) -> None:
    data = f"First Name,Phone,{column}\nAnn,212-555-0101,Yes\nBob,212-555-0102,\nCy,212-555-0103,No\n".encode()
    assert [getattr(record, "opted_out", None) for record in read(data, "US")] == [True, False, False]
    assert guess_mapping(["First Name", "Phone", column]).phones == ("Phone",)


def test_what_dynamics_allows() -> None:
    data = b"Full Name,Business Phone,Do not allow Phone Calls,Do not allow Emails\n"
    data += b"A B,212-555-0101,Do Not Allow,Allow\nC D,212-555-0102,Allow,Do Not Allow\n"
    found = [record for record in read(data, "US") if isinstance(record, LeadRecord)]
    assert [(each.opted_out, each.do_not_email) for each in found] == [(True, False), (False, True)]
    assert [each.phones[0].e164 for each in found] == ["+12125550101", "+12125550102"]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("Email Opted Out", "do_not_email"),
        ("Do not allow Bulk Emails", "do_not_email"),
        ("Keine Mails", "do_not_email"),
        ("Do not allow Faxes", None),
        ("SMS opt out", None),
        ("Opt In", None),
        ("(Do Not Modify) Contact", None),
        ("Calls not answered", None),
        ("DNC checked", None),
        ("No. of Calls", None),
        ("Notes on call", None),
        ("Phone No", "phones"),
        ("Contact Phone No.", "phones"),
        ("Mobile No", "phones"),
    ],
)
def test_a_column_that_only_sounds_alike_forbids_no_call(column: str, field: str | None) -> None:
    mapping = guess_mapping(["First Name", column])
    read_as = {name: key for key, names in mapping.by_field.items() for name in names}
    assert read_as.get(column, "phones" if column in mapping.phones else None) == field


@pytest.mark.parametrize("value", [{}, {"header": [], "columns": [], "phones": 3}, {"header": ["a"]}])
def test_json_that_is_no_mapping_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(IntakeError, match="not a column mapping"):
        Mapping.from_json(value)


def test_a_mapping_fits_the_same_columns_in_another_order() -> None:
    mapping = guess_mapping(["Alpha", "Phone"]).with_column("full_name", "Alpha")
    (record,) = read(b"Phone,Alpha\n+13125550142,Ada Byron\n", "US", mapping)
    assert getattr(record, "last_name", None) == "Byron"
    with pytest.raises(IntakeError, match='lacks the column "Alpha"'):
        read(b"Phone,Beta\n+13125550142,x\n", "US", mapping)
