"""What is wrong with a field, by its kind: each value as the JSON text that is sent.

A kind is what a field means (an amount, a code, a signature); the values are what nobody could mean
by it. They are raw JSON, for a lone surrogate or a name given twice is no value of Python's.
"""

import json
from typing import NamedTuple


class Bad(NamedTuple):
    """A value that is refused wherever its kind stands; ``name`` says what is wrong with it."""

    name: str
    json: str
    whole: bool = False  # the request is refused as a whole, before any field is looked at


MEGABYTE = 1_000_000  # with the rest of the request just below the longest body that is read


def bad(**values: object) -> tuple[Bad, ...]:
    """Return values under the names of what is wrong with them."""
    return tuple(Bad(name, json.dumps(value)) for name, value in values.items())


# What no text of ours is, a name or a reference included.
NO_TEXT = (
    *bad(
        empty="",
        nul="\0",
        nul_inside="AIR\0",
        line_break="AIR\n",
        right_to_left="\u202eRIA",
        zero_width="AI\u200bR",
        combining="\u0301",
        blank="   ",
        megabyte="A" * MEGABYTE,
        number_below_zero=-1,
        fraction=1.5,
        boolean=True,
        object={},
        list_of_two=["AIR", "AIR"],
    ),
    Bad("lone_surrogate", '"\\ud800"', whole=True),
    Bad("low_surrogate_first", '"\\udc00\\ud800"', whole=True),
    Bad("number_of_400_digits", "1" * 400, whole=True),
    Bad("not_a_number", "NaN", whole=True),
)
# What no word of a fixed alphabet is: codes, ids, hex, scalars.
NO_WORD = (
    *NO_TEXT,
    *bad(
        combined="e\u0301",
        hebrew="\u05d0\u05d1",
        hangul="\uac00\ub098",
        full_width="\uff11\uff12",
        spaced=" AIR ",
        emoji="\U0001f600",
        path="../../etc/passwd",
    ),
)

UNKNOWN_ID = "0123456789abcdef" * 2


def _id(type_: str, *parts: str) -> tuple[Bad, ...]:
    """Return what is no id of this type, or one of nothing; ``$id:...`` is made global later."""
    known = ":".join((type_, *parts))
    other = ":".join(("Wallet", *parts))
    return (
        *NO_WORD,
        *bad(
            unknown=f"$id:{known}",
            of_another_type=f"$id:{other}",
            too_many_parts=f"$id:{known}:{UNKNOWN_ID}",
            too_few_parts=f"$id:{type_}",
            not_base64="$$$$",
            digits_too_few=UNKNOWN_ID[1:],
            digits_in_capitals=UNKNOWN_ID.upper(),
        ),
    )


def _word(**values: object) -> tuple[Bad, ...]:
    return (*NO_WORD, *bad(**values))


_OUT_OF_RANGE = bad(
    over_limit="1000000000000001",
    nineteen_digits="1000000000000000000",
    wrong_scale="12.50",
    exponent="1e3",
    plus="+1",
    leading_zero="01",
    minus_zero="-0",
    grouped="1,000",
    hexadecimal="0x10",
    number=12,
)
_TIMES = _word(
    a_day="2026-01-02",
    without_zone="2026-01-02T00:00:00",
    offset="2026-01-02T00:00:00+09:00",
    no_such_day="2026-02-30T00:00:00Z",
    no_such_hour="2026-01-02T24:00:00Z",
    leap_second="2026-12-31T23:59:60Z",
    nanoseconds="2026-01-02T00:00:00.000000001Z",
    year_0="0000-01-01T00:00:00Z",
    epoch="1970-01-01T00:00:00Z",
    number=1_767_225_600,
)
_WHOLE = (
    *bad(
        below_zero=-1, zero=0, over_int=2**31, over_int_below=-(2**31) - 1, text="1", empty="",
        fraction=1.5, boolean=True, object={}, list_of_two=[1, 1], megabyte="1" * MEGABYTE,
    ),
    Bad("number_of_400_digits", "1" * 400, whole=True),
    Bad("beyond_any_float", "1e999", whole=True),
)  # fmt: skip
_FRACTIONS = _word(
    whole="1", by_zero="1/0", below_zero="-1/2", decimal="0.5", percent="50%", three="1/2/3",
    term_too_large="1/1000000000001", number_too_large="1000000000001/1", leading_zero="01/2",
    spaced_inside="1 / 2",
)  # fmt: skip

_ENTITY = '<!DOCTYPE d [<!ENTITY a "b">]><Document>&a;</Document>'

KINDS: dict[str, tuple[Bad, ...]] = {
    # What a bank says is read by readers with tests of their own; here it is nothing at all.
    "bank_statement": (
        *(one for one in NO_TEXT if one.name != "megabyte"),
        *bad(megabyte="<" * (MEGABYTE // 2), no_camt="<a/>", entity=_ENTITY, number=7),
    ),
    "bank_mapping": (*NO_TEXT, *bad(no_toml="[", no_mapping="a = 1", number=7)),
    "amount": (*_word(), *_OUT_OF_RANGE, *bad(zero="0", negative="-1")),
    # Where 0 or less has a meaning: a void, no collateral, a correction downwards.
    "amount_or_0": (*_word(), *_OUT_OF_RANGE, *bad(negative="-1")),
    "amount_signed": (*_word(), *_OUT_OF_RANGE, *bad(zero="0", under="-1000000000000001")),
    "boolean": (*bad(text="true", number=1, empty="", object={}, list_of_two=[True, False]),),
    "code": _word(
        unknown="NOBODY", lower_case="air", too_long="A" * 17, too_short="A", digit_first="1AIR",
        punctuation="AIR-1", number=7,
    ),
    "new_code": _word(
        lower_case="air", too_long="A" * 17, too_short="A", digit_first="1AIR", number=7,
        reserved="OPERATOR",
    ),
    "currency": _word(unknown="XXX", lower_case="krw", too_long="KRWX", too_short="KR", number=7),
    "new_currency": _word(lower_case="krw", too_long="KRWX", too_short="KR", number=7),
    "date_time": _TIMES,
    "enum": _word(unknown="NOTHING", lower_case="free", number=0),
    "expiry_rule": _word(
        unknown="SOMETIMES", no_number="DAYS", zero="DAYS 0", negative="DAYS -1", number=7,
        over_limit="DAYS 99999999", too_long="DAYS 1" + "0" * 40,
        leading_zero="DAYS 01", spaces_doubled="DAYS  1",
    ),
    "fraction": _FRACTIONS,
    "fraction_above_0": (*_FRACTIONS, *bad(zero="0/1")),
    "fraction_below_1": (*_FRACTIONS, *bad(one="1/1", more="3/2")),
    "hash": _word(too_short="a" * 63, too_long="a" * 65, capitals="A" * 64, no_hex="g" * 64),
    "fingerprint": _word(
        no_hash="abcdefgh", too_short="abcdefgh." + "a" * 63, capitals="abcdefgh." + "A" * 64,
        no_prefix="." + "a" * 64, no_base32="abcdefg1." + "a" * 64,
        token="dure_abcdefgh_" + "a" * 43,
    ),
    "public_key": _word(
        too_short="a" * 63, capitals="A" * 64, no_hex="g" * 64, small_order="0" * 64,
        identity="01" + "0" * 62,
    ),
    "signature": _word(
        too_short="a" * 127, too_long="a" * 129, capitals="A" * 128, no_hex="g" * 128,
        of_nothing="0" * 128,
    ),
    "consent_id": _id("Consent", UNKNOWN_ID, UNKNOWN_ID),
    "contract_id": _id("Contract", UNKNOWN_ID, "1"),
    "hold_id": _id("Hold", UNKNOWN_ID, UNKNOWN_ID),
    "member_id": _id("Member", UNKNOWN_ID),
    "proposal_id": _id("Proposal", UNKNOWN_ID),
    "dispute_id": _id("Dispute", UNKNOWN_ID),
    "settlement_id": _id("Settlement", UNKNOWN_ID),
    "quote_id": _id("Quote", UNKNOWN_ID, UNKNOWN_ID),
    "transfer_id": _id("Transfer", UNKNOWN_ID, UNKNOWN_ID),
    "entity": _word(too_short="a" * 31, too_long="a" * 33, capitals="A" * 32, no_hex="g" * 32),
    "idempotency_key": tuple(
        one
        for one in _word(too_long="k" * 256, used="used", tab="a\tb", number=7)
        # Printable ASCII is the caller's own.
        if one.name not in ("blank", "spaced", "path")
    ),
    "key_prefix": _word(
        unknown="aaaaaaaa", too_short="aaaaaaa", too_long="aaaaaaaaa", capitals="AAAAAAAA", number=7
    ),
    # Right-to-left letters and combined ones are names of people; what orders or hides is not.
    "name": (
        *NO_TEXT,
        *bad(too_long="n" * 81, filler="\u3164", ideographic_space="\u3000", number=7),
    ),
    "reason": _word(lower_case="goodwill", too_long="A" * 33, unknown="A", number=7),
    "reason_listed": _word(lower_case="goodwill", too_long="A" * 33, unknown="NO_SUCH", number=7),
    "reference": (
        *NO_TEXT,
        *bad(too_long="r" * 129, filler="\u3164", no_break_space="\u00a0", number=7),
    ),
    "known_reference": (
        *NO_TEXT,
        *bad(too_long="r" * 129, unknown="card-of-nobody", number=7),
    ),
    "scale": (*_WHOLE[:1], *_WHOLE[2:], *bad(over_limit=5)),
    "grace": (*_WHOLE[:1], *_WHOLE[2:], *bad(over_limit=366)),
    "scopes": (
        *bad(
            none=[], empty_scope=[""], unknown=["points:all"], not_of_the_role=["network:admin"],
            of_null=[None], of_numbers=[1], nested=[["points:issue"]], text="points:all", number=1,
            object={}, nul=["points:issue\0"], megabyte=["p" * MEGABYTE],
        ),
        Bad("lone_surrogate", '["\\ud800"]', whole=True),
    ),
    "seconds": (*_WHOLE, *bad(four=4, over_limit=2_592_001)),
    "subject": _word(too_long="s" * 65, at="a@b", number=7),
    "terms": bad(empty={}, text="terms", number=1, list_of_two=[{}, {}], unknown={"more": "1"}),
    "version": (*_WHOLE, *bad(unknown=9, over_limit=10_000)),
    "place": (*_WHOLE[:1], *_WHOLE[2:], *bad(unknown=9)),
    "sequence": (
        *_word(
            past=str(2**53), exponent="1e3", leading_zero="01", unknown="999999999", text="one",
        ),
    ),
    "period": (*_WHOLE, *bad(unknown=9)),
    # GraphQL reads one number as a list of one (section 3.11): it is no window then.
    "periods": bad(
        text="one", below_zero=[-1], zero=[0], unknown=[99], falling=[2, 1], doubled=[1, 1],
        over_int=[2**31], of_texts=["1"], of_nulls=[None], nested=[[1]], number=9, object={},
        boolean=True, too_many=list(range(1, 400)),
    ),
    "line": (*_WHOLE, *bad(over_limit=10_000_001)),
    "files": bad(
        none=[], text="file", number=1, of_null=[None], of_texts=["file"], object={},
        unknown=[{"more": "1"}],
    ),
    "free_text": (*NO_TEXT, *bad(too_long="n" * 2_001, number=7)),
    "zone": _word(
        unknown="Nowhere/City", absolute="/etc/localtime", upwards="../UTC", number=7,
        a_folder="America", a_file="zone.tab",
    ),
}  # fmt: skip
