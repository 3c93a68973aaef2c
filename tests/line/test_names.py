"""Companies are one when people would say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.names import account_key, company_core


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("One Inc", "ONE, Inc."),
        ("Müller GmbH & Co. KG", "MULLER"),
        ("The Northwind Company", "Northwind"),
        ("Acme S.A.", "ACME SA"),
        ("Verein Beispiel e.V.", "Verein Beispiel"),
        ("Smith and Sons Ltd", "Smith & Sons, Limited"),
        ("Crème Brûlée SARL", "creme brulee"),
        ("A-B Tools", "a b tools"),
        ("J.P. Morgan Chase & Co.", "JP Morgan Chase"),
        ("Ørsted A/S", "Orsted"),
        ("株式会社アクメ", "アクメ（株）"),
        ("Acme Ltd (UK)", "Acme UK Limited"),
    ],
)
def test_the_same_company_written_differently(one: str, other: str) -> None:
    assert account_key(one) == account_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("One Inc", "Two Inc"), ("Smith Group", "Smith"), ("North Wind", "Northwind"), ("3M", "M")),
        *(("AS Roma", "Roma Ltd"), ("SA Power Networks", "Power Networks"), ("Company One", "One"), ("Co-op", "OP")),
        *(("Limited Brands", "Brands"), ("Inc. Magazine", "Magazine"), ("Acme UK Ltd", "Acme"), ("ガス", "カス")),
    ],
)
def test_different_companies(one: str, other: str) -> None:
    assert account_key(one) != account_key(other)


@pytest.mark.parametrize("name", ["", "  ", "GmbH", "Inc.", "...", "& Co. KG"])
def test_nothing_is_left_of_a_mere_legal_form(name: str) -> None:
    assert account_key(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        *("Acme", "Acme Pty Ltd", "Acme A/S", "Acme AB", "Acme Oy", "Acme S.p.A.", "Acme G.m.b.H.", "Acme Group, Inc."),
        "Acme Holding GmbH & Co. KG",
    ],
)
def test_companies_of_one_name_are_thought_alike(name: str) -> None:
    assert company_core(name) == {"acme"}


@pytest.mark.parametrize(
    "form",
    [
        *(
            "Pty Ltd",
            "pty",
            "Inc.",
            "Corp.",
            "LLC",
            "L.L.C.",
            "LP",
            "LLP",
            "P.C.",
            "Co., Ltd.",
            "Private Limited",
            "plc",
        ),
        *("GmbH", "G. m. b. H.", "GmbH & Co. KG", "AG & Co. KGaA", "UG (haftungsbeschränkt)", "e.K.", "eG", "SE"),
        *("S.A.", "S A", "SAS", "S.A.S.", "SARL", "S.à r.l.", "S.p.A.", "S.r.l.", "S.L.", "Lda", "Ltda", "S/A"),
        *("S.A. de C.V.", "SA de CV", "S. de R.L. de C.V.", "B.V.", "NV", "A/S", "ApS", "AB", "AS", "Oy", "Oyj"),
        *(
            "Sp. z o.o.",
            "sp. z o. o.",
            "s.r.o.",
            "spol. s r.o.",
            "Kft.",
            "d.o.o.",
            "A.Ş.",
            "K.K.",
            "Sdn Bhd",
            "Pvt. Ltd.",
        ),
        *("Company, The", "Unipessoal Lda", "（株）", "Pte. Ltd."),
    ],
)
def test_a_legal_form_of_any_country_is_no_part_of_a_company(form: str) -> None:
    assert account_key(f"Acme {form}") == account_key(f"ACME {form.upper()}") == "acme"


@given(st.text(max_size=40))
def test_what_tells_companies_apart_is_in_the_key_too(name: str) -> None:
    assert company_core(name) <= set(account_key(name).split())


@given(st.text(max_size=40))
def test_any_text_has_a_key_that_is_its_own_key(name: str) -> None:
    key = account_key(name)
    assert account_key(key) in (key, "") or not key.isascii()
    assert key == key.strip()
    assert "  " not in key
    assert account_key(name.upper()) == account_key(name.upper().lower()) or not name.isascii()
