"""Rows of a list as the intake reads them."""

from salesdesk.line.intake import LeadRecord, Reject, read

HEADER = "First Name,Last Name,Company,Email,Phone,Mobile,State,Country,Do not call,Stage,Employees,Notes\n"


def records(*rows: str, header: str = HEADER, region: str = "US") -> list[LeadRecord | Reject]:
    return list(read((header + "\n".join(rows) + "\n").encode(), region))


def lead(row: str, header: str = HEADER) -> LeadRecord:
    (record,) = records(row, header=header)
    assert isinstance(record, LeadRecord)
    return record
