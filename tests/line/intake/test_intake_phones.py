"""Every honest spelling of a number is read; every other cell is refused with its reason."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.intake.phones import PhoneNumber, Refusal, read_phone, read_phones

US, DE, GB, FR = "+13125550142", "+493023125302", "+442079460196", "+33261911234"


@pytest.mark.parametrize(
    ("cell", "region", "e164"),
    [
        ("(312) 555-0142", "US", US),
        ("312.555.0142", "US", US),
        ("312/555-0142", "US", US),
        ("3125550142", "US", US),
        ("3125550142.0", "US", US),
        ("13125550142.0", "US", US),
        ("1-312-555-0142", "US", US),
        ("+1 (312) 555-0142", "DE", US),
        ("001 312 555 0142", "DE", US),
        ("011 1 312 555 0142", "US", US),
        ("'+1 312-555-0142", "US", US),
        ("’312-555-0142", "US", US),
        ("３１２５５５０１４２", "US", US),
        ("٣١٢٥٥٥٠١٤٢", "US", US),
        ("312\u2011555\u20110142", "US", US),
        ("312–555–0142", "US", US),
        ("+1\u00a0312\u00a0555\u00a00142", "US", US),
        ("  312-555-0142 ", "US", US),
        ("\u202a+1 312 555 0142\u202c", "US", US),
        ("tel:+1-312-555-0142", "US", US),
        ("Phone: 312-555-0142", "US", US),
        ("mobile 312-555-0142", "US", US),
        ("312-555-0142 (cell)", "US", US),
        ("312-555-0142 - work", "US", US),
        ("312-555-0142 cell", "US", US),
        ("312-555-0142 direct line", "US", US),
        ("O: 312-555-0142", "US", US),
        ("D: 312-555-0142", "US", US),
        ("phone # 312-555-0142", "US", US),
        ("Cell #: 312-555-0142", "US", US),
        ("030/23125-302", "DE", DE),
        ("3023125302", "DE", DE),
        ("+49 (0) 30 / 23125-302", "US", DE),
        ("0049 (0)30 23125302", "US", DE),
        ("(0)30 23125302", "DE", DE),
        ("493023125302.0", "DE", DE),
        ("Tel.: 030 23125 302", "DE", DE),
        ("(020) 7946 0196", "GB", GB),
        ("2079460196", "GB", GB),
        ("+44(0)2079460196", "US", GB),
        ("02 61 91 12 34", "FR", FR),
        ("33261911234.0", "FR", FR),
    ],
)
def test_spellings_of_one_number(cell: str, region: str, e164: str) -> None:
    assert read_phone(cell, region) == PhoneNumber(e164)


@pytest.mark.parametrize(
    "suffix",
    [
        *("x12", " x12", " x. 12", " ext 12", " ext. 12", " ext: 12", ", ext 12", " extension 12", " #12", ";ext=12"),
        *(" ext12", " Ext12", " extn12", " App12", " DW12", " Durchwahl 12", " Apparat 12", ",  x12", ", ext.12"),
    ],
)
@pytest.mark.parametrize("number", ["+1 312-555-0142", "001 312 555 0142", "3125550142"])
def test_extensions(number: str, suffix: str) -> None:
    assert read_phone(number + suffix, "US") == PhoneNumber(US, "12")


@pytest.mark.parametrize("joint", [" / ", "; ", ", ", " or ", " oder ", "\n", "|"])
def test_two_numbers_in_one_cell(joint: str) -> None:
    assert read_phones(f"+1 312 555 0142{joint}+1 646 555 0102", "US") == (PhoneNumber(US), PhoneNumber("+16465550102"))


def test_an_extension_stays_with_its_number_of_two() -> None:
    numbers = read_phones("312-555-0142 x12, 646-555-0102", "US")
    assert numbers == (PhoneNumber(US, "12"), PhoneNumber("+16465550102"))


@pytest.mark.parametrize("joint", ["; ", ", ", " / ", " or ", "\n"])
def test_each_of_two_numbers_keeps_its_extension(joint: str) -> None:
    numbers = read_phones(f"(312) 555-0142 ext 12{joint}(646) 555-0102 ext 7", "US")
    assert numbers == (PhoneNumber(US, "12"), PhoneNumber("+16465550102", "7"))


def test_a_long_extension_is_no_second_number() -> None:
    assert read_phones("312-555-0142, ext 1234567", "US") == (PhoneNumber(US, "1234567"),)
    assert read_phones("312-555-0142; x1234567", "US") == (PhoneNumber(US, "1234567"),)


@pytest.mark.parametrize(
    ("cell", "region"), [("07700 900472", "GB"), ("+33 6 39 98 32 12", "US"), ("447700900472", "US")]
)
def test_possible_but_unknown_to_the_plan_is_kept_as_not_valid(cell: str, region: str) -> None:
    number = read_phone(cell, region)
    assert isinstance(number, PhoneNumber)
    assert not number.valid


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        *[(cell, "blank") for cell in ("", " ", "\t", "\u00a0")],
        *[(cell, "placeholder") for cell in ("n/a", "N/A", "-", "--", "?", "tbd", "none", "0", "Select", "unknown")],
        *[(cell, "too_short") for cell in ("555-0138", "5550138", "+1", "31255")],
        *[(cell, "excel_sci") for cell in ("4.93023E+11", "4,93023E+11", "1.2486E+10", "5E+9")],
        *[(cell, "letters") for cell in ("(919) 555-O129", "819-555-011l", "auf Anfrage", "see LinkedIn")],
        *[(cell, "letters") for cell in ("1-800-FLOWERS", "Fax: 312 555 0142", "312-555-0142 (fax)")],
        *[(cell, "letters") for cell in ("F: 312-555-0142", "312-555-0142 fax", "O12-555-0142", "D312-555-0142")],
        *[(cell, "bad_area_code") for cell in ("+1 115 555 0142", "011-555-0154", "(099) 555-0123", "911 555 0100")],
        *[(cell, "zeros") for cell in ("0000000000", "000-000-0000", "00000", "9999999999", "1234567890")],
        *[(cell, "masked") for cell in ("(660) ***-**25", "03 ****51", "(312) XXX-XX42")],
        *[(cell, "too_long") for cell in ("+1 567 555 0154 8491", "1" * 300)],
        *[(cell, "ext_only") for cell in ("x768", "ext. 12", "#12", "Durchwahl 12")],
        *[(cell, "email_in_phone") for cell in ("info@freemail.example",)],
        *[(cell, "hostile") for cell in ("911", "112", "sip:+15025550108@evil.example", "tel:*21*+17155550143#")],
        *[(cell, "hostile") for cell in ("+14325550127;phone-context=evil.example", "+1 720 5\x0055 0155")],
        *[(cell, "hostile") for cell in ("+15025550114\r\nRoute: <sip:evil.example>", "\u202e+1 256 555 0142")],
        *[(cell, "hostile") for cell in ("javascript:1", "+1 312 555 0142\nx", "*31#3125550142")],
    ],
)
def test_refusals_are_named(cell: str, reason: str) -> None:
    assert read_phone(cell, "US") == Refusal(reason)


@settings(max_examples=250)
@given(
    st.text(max_size=40) | st.text(st.sampled_from("+0123456789 ()-./x#*;,e'\u0660１EO@:=\n"), max_size=30),
    st.sampled_from(["US", "DE", "GB", "FR", "", "ZZ", "us"]),
)
def test_any_cell_gives_clean_numbers_or_a_reason(cell: str, region: str) -> None:
    results = read_phones(cell, region)
    assert results
    for result in results:
        if isinstance(result, PhoneNumber):
            assert re.fullmatch(r"\+[1-9][0-9]{6,14}", result.e164)
            assert result.extension is None or re.fullmatch(r"[0-9]{1,7}", result.extension)
        else:
            assert re.fullmatch(r"[a-z_]+", result.reason)


@pytest.mark.parametrize(("cell", "region"), [("0000", "DE"), ("00 00", "DE")])
def test_filler_that_some_plan_calls_possible_is_no_number(cell: str, region: str) -> None:
    assert isinstance(read_phone(cell, region), Refusal)


@pytest.mark.parametrize(
    "cell",
    [
        *("917-555-0142 - 12", "(862) 555-0142 / 12", "1-917-555-0142-12", "312-555-0142 (9-5)", "312-555-0142/43"),
        *("312-555-0142/0143", "+1 917-555-0142 12"),
    ],
)
def test_digits_behind_a_whole_number_make_it_no_number_of_another_country(cell: str) -> None:
    assert read_phone(cell, "US") == Refusal("too_long")


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "312-555-0142 312-555-0143",
            "(312) 555-0142 (312) 555-0143",
            "3125550142 3125550143",
            "3125550142,3125550143",
        ),
        *("312-555-0142 & 312-555-0143", "W: 312-555-0142 C: 312-555-0143", "w 312-555-0142 c 312-555-0143"),
        *("312-555-0142 ::: 312-555-0143", "Phone: 312-555-0142, Mobile: +1 312-555-0143"),
    ],
)
def test_two_numbers_side_by_side_are_two(cell: str) -> None:
    assert [each.e164 for each in read_phones(cell, "US") if isinstance(each, PhoneNumber)] == [
        "+13125550142",
        "+13125550143",
    ]


def test_a_fax_beside_a_number_is_not_called() -> None:
    assert read_phones("Phone: 312-555-0142 Fax: 312-555-0143", "US") == (PhoneNumber("+13125550142"),)


@pytest.mark.parametrize(
    ("cell", "extension"),
    [
        *[(f"312-555-0142 {each}", "12") for each in ("(ext 12)", "(x12)", "[ext. 12]", "EXT-12", "Ex 12", "Ext#12")],
        *[(f"312-555-0142 {each}", None) for each in ("ext", "x", "Ext.:")],
        ("HQ: 312-555-0142", None),
    ],
)
def test_extensions_in_more_spellings(cell: str, extension: str | None) -> None:
    assert read_phone(cell, "US") == PhoneNumber("+13125550142", extension)
