"""What a bank's files meet: read whole into lines that are what they say, or refused by name."""

import datetime as dt
import io
from typing import Final

from settlement.bank.camt053 import read_camt053
from settlement.bank.csv_mapping import read_mapping
from settlement.bank.csv_statement import read_csv
from settlement.bank.lines import BankFile

CAMT: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-03T18:00:00+09:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb>
<Acct><Id><Othr><Id>110-123</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">10.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">12.49</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-03</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">3.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<ValDt><Dt>2026-11-03</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>e1</EndToEndId></Refs><Amt Ccy="EUR">3.00</Amt></TxDtls>
<TxDtls><Refs><EndToEndId>e2</EndToEndId></Refs><Amt Ccy="EUR">0.50</Amt></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">1.01</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>
<Sts><Cd>BOOK</Cd></Sts><ValDt><DtTm>2026-11-04T00:00:00Z</DtTm></ValDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

MAPPING: Final = """encoding = "utf-8"
skip = 1
footer = "total"
account = "100-123"
currency = "EUR"
date_format = "YYYY.MM.DD"
thousands = ","
reversals = ["back"]
[columns]
date = "date"
credit = "in"
debit = "out"
counterparty = "who"
end_to_end_id = "id"
reversal = "kind"
identity = ["date", "left"]
"""

CSV: Final = b"""My bank
date,in,out,who,id,kind,left
2026.11.03 10:00,"1,000.50",,110-7,e1,,5
2026.11.04,,3.00,,"e ""2"" f",back,2
total,,,,,,
"""

_SINGLE: Final = read_mapping(MAPPING)


def _told(file: BankFile, again: BankFile) -> None:
    """What was read is dated, is money that moved, has places of its own, and reads so again."""
    assert file == again
    assert [line.n for line in file.lines] == sorted({line.n for line in file.lines})
    assert len({line.identity for line in file.lines}) == len(file.lines)
    for line in file.lines:
        assert type(line.amount) is int
        assert line.amount
        assert dt.date.fromisoformat(line.value_date).isoformat() == line.value_date


def camt(data: bytes) -> None:
    """A statement of ISO 20022."""
    _told(read_camt053(io.BytesIO(data)), read_camt053(io.BytesIO(data)))


def csv_statement(data: bytes) -> None:
    """A bank's CSV under one mapping."""
    _told(read_csv(io.BytesIO(data), _SINGLE), read_csv(io.BytesIO(data), _SINGLE))


def csv_mapped(data: bytes) -> None:
    """A mapping, and under it a CSV behind the first NUL, which no TOML holds."""
    mapping, _, content = data.partition(b"\0")
    declared = read_mapping(mapping.decode("utf-8", "replace"))
    _told(read_csv(io.BytesIO(content), declared), read_csv(io.BytesIO(content), declared))


SAMPLES: Final = (
    (camt, CAMT),
    (csv_statement, CSV),
    (csv_mapped, MAPPING.encode() + b"\0" + CSV),
)
