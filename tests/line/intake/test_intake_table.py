"""Any delimited file is read or refused in one sentence; a damaged row never stops the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.intake import IntakeError
from salesdesk.line.intake.table import BadRow, Row, read_table

HEADER = "First Name,Last Name,Email,Phone\n"


def cells(data: bytes) -> list[tuple[str, ...] | str]:
    return [row.cells if isinstance(row, Row) else row.reason for row in read_table(data).rows()]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [(name, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252")],
)
def test_encodings_are_told_apart(encoding: str, named: str) -> None:
    table = read_table((HEADER + "Jörg,Müller €,j@x.example,1\n").encode(encoding))
    assert table.encoding == named
    assert table.header[0] == "First Name"
    assert next(iter(table.rows())) == Row(1, ("Jörg", "Müller €", "j@x.example", "1"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(delimiter: str) -> None:
    rows = HEADER.replace(",", delimiter) + f'Jo{delimiter}"Lee, Jr; a|b"{delimiter}x{delimiter}1\n' * 5
    table = read_table(rows.encode())
    assert table.delimiter == delimiter
    assert table.header == ("First Name", "Last Name", "Email", "Phone")
    assert cells(rows.encode())[0] == ("Jo", "Lee, Jr; a|b", "x", "1")


def test_text_that_is_wrapped_for_excel_is_unwrapped() -> None:
    data = HEADER + '="Jo","=""Lee """"Jr""""""",="0101",="x"&cmd\n'
    assert cells(data.encode()) == [("Jo", 'Lee "Jr"', "0101", '="x"&cmd')]
    assert read_table(b'="Name",="Phone"\nA,1\n').header == ("Name", "Phone")


def test_a_single_column_is_a_table() -> None:
    assert cells(b"Phone\n+13125550142\n\n+13125550143\n") == [("+13125550142",), ("+13125550143",)]


def test_the_header_is_found_below_a_preamble() -> None:
    preamble = b'Notes:\r\n"When exporting, some addresses are missing"\r\n\r\n'
    data = preamble + b"First Name,Last Name,URL,Email Address\r\nA,B,u,e\r\n"
    table = read_table(data)
    assert table.header == ("First Name", "Last Name", "URL", "Email Address")
    assert cells(data) == [("A", "B", "u", "e")]


def test_an_unknown_header_is_the_first_row_of_full_width() -> None:
    assert read_table(b"Our list\nalpha,beta,gamma\n1,2,3\n4,5,6\n").header == ("alpha", "beta", "gamma")


def test_blank_lines_are_not_counted_and_bad_rows_are() -> None:
    data = HEADER + "A,B,c,1\n\n,,,\nA,B,c\nA,B,c,1,2\nC,D,e,2\n"
    assert list(read_table(data.encode()).rows()) == [
        Row(1, ("A", "B", "c", "1")),
        BadRow(2, "wrong_length"),
        BadRow(3, "wrong_length"),
        Row(4, ("C", "D", "e", "2")),
    ]


def test_newlines_inside_a_field_do_not_end_the_row() -> None:
    data = HEADER + '"A\r\nFAKE,ROW",B,c,1\nC,"say ""hi""",e,2\n'
    assert cells(data.encode()) == [("A\r\nFAKE,ROW", "B", "c", "1"), ("C", 'say "hi"', "e", "2")]


@pytest.mark.parametrize("behind", ["A,B,c,1\n", 'A,"Lee, Jr",c,1\n'], ids=["never closed", "closed by the next one"])
def test_a_quote_left_open_costs_its_own_row_only(behind: str) -> None:
    data = HEADER + "A,B,c,1\n" * 99 + 'A,"B,c,1\n' + behind * 4900
    rows = list(read_table(data.encode()).rows())
    assert len(rows) == 5000
    assert [row for row in rows if isinstance(row, BadRow)] == [BadRow(100, "wrong_length")]


def test_an_open_quote_at_the_end_and_one_that_overflows_cost_one_row_each() -> None:
    tail = 'A,"B,c,1\nC,D,e,2\n'
    assert cells((HEADER + tail).encode()) == ["wrong_length", ("C", "D", "e", "2")]
    wide = f"A,{'x' * 2**15},c,1\n"
    assert cells((HEADER + 'A,"B,c,1\n' + wide * 6).encode())[0] == "wrong_length"
    assert len(cells((HEADER + 'A,"B,c,1\n' + wide * 6).encode())) == 7


def test_a_note_of_many_lines_is_one_field() -> None:
    note = "\n".join(f"line {number}, said" for number in range(90))
    assert cells((HEADER + f'A,B,c,"{note}"\nC,D,e,2\n').encode()) == [("A", "B", "c", note), ("C", "D", "e", "2")]


def test_a_file_of_open_quotes_is_refused_soon() -> None:
    with pytest.raises(IntakeError, match="never close"):
        list(read_table((HEADER + 'A"B,"c,d,1\n' * 200_000).encode()).rows())


def test_a_header_that_is_repeated_is_no_row() -> None:
    data = HEADER + "A,B,c,1\n" + "\ufeff" + HEADER.replace(",", " ,") + "C,D,e,2\n"
    assert list(read_table(data.encode()).rows()) == [Row(1, ("A", "B", "c", "1")), Row(2, ("C", "D", "e", "2"))]


def test_columns_without_a_name_or_a_cell_are_not_counted() -> None:
    table = read_table((HEADER.strip() + "," * 300 + "\n" + "A,B,c,1" + "," * 300 + "\n" + "A,B,c,1,2\n").encode())
    assert table.header[:4] == ("First Name", "Last Name", "Email", "Phone")
    assert [len(row.cells) if isinstance(row, Row) else row.reason for row in table.rows()] == [200, "wrong_length"]


def test_trailing_delimiters_that_only_rows_or_header_have() -> None:
    assert cells((HEADER.strip() + ",\n" + "A,B,c,1\n" * 3).encode())[0] == ("A", "B", "c", "1")
    assert cells((HEADER + "A,B,c,1,\n" * 3).encode())[0] == ("A", "B", "c", "1", "")


def test_columns_of_one_name_stay_apart() -> None:
    assert read_table(b"Phone,Phone,,Email\n1,2,3,4\n").header == ("Phone", "Phone (2)", "column 3", "Email")


@pytest.mark.parametrize("length", [65 * 1024, 140 * 1024])
def test_a_huge_field_is_one_bad_row(length: int) -> None:
    data = HEADER + f"A,{'x' * length},c,1\nC,D,e,2\n"
    assert cells(data.encode()) == ["field_too_long", ("C", "D", "e", "2")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \n\n", "empty"),
        (b"\xef\xbb\xbf", "no header"),
        (b"PK\x03\x04....", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"Phone," * 201 + b"\n", "201|202"),
        (HEADER.encode("utf-16-le"), "zero bytes"),
        (HEADER.encode("utf-32-be"), "zero bytes"),
        (b"\r\n <!DOCTYPE html><table><tr><td>Phone", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "web page or XML"),
        (b'[\n  {"Phone": "1",\n "Name": "A"}]', "JSON"),
        (b'{"Phone": "1"}\n{"Phone": "2"}\n', "JSON"),
        (b"Phone\n" + b"x" * (2**20 + 1), "longer than 1 MiB"),
        (b"a" * (50 * 2**20 + 1), "50 MiB"),
    ],
    ids=[
        *("empty", "blank", "bom", "xlsx", "pdf", "columns", "utf-16", "utf-32", "html", "xml", "json", "json lines"),
        *("line", "bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(IntakeError, match=words) as caught:
        list(read_table(data).rows())
    assert "\n" not in str(caught.value)


@settings(max_examples=150)
@given(st.binary(max_size=400) | st.text(st.sampled_from('",;\n\r\t|ab\x00\u2028é'), max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = list(read_table(HEADER.encode() + data).rows())
    except IntakeError:
        return
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
