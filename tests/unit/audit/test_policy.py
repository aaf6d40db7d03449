"""Policies: who must have cosigned, read as C2SP tlog-policy says, and strictly."""

import pytest

from audit.checkpoint import Checkpoint
from audit.cosignature import WitnessKey, cosign
from audit.errors import NoteError
from audit.keys import Ed25519Signer
from audit.note import Note, VerifierKey, parse_note, sign_note
from audit.policy import PolicyError, parse_policy

ORIGIN = "dure.example/seoul"
LOG = Ed25519Signer(b"\1" * 32)
LOG_KEY = VerifierKey(ORIGIN, LOG.public_key).text()
SIGNERS = {name: Ed25519Signer(name.encode() * 16) for name in ("X1", "X2", "X3", "Y1", "Y2")}
KEYS = {name: WitnessKey(f"{name}.example", s.public_key).text() for name, s in SIGNERS.items()}
NOTE = parse_note(Checkpoint(ORIGIN, 7, bytes(range(32))).sign(LOG))

NESTED = f"""
# two levels, as the format's own example has them
log {LOG_KEY} https://dure.example/log
witness X1 {KEYS["X1"]}
witness X2 {KEYS["X2"]} https://x2.example/
witness\tX3  {KEYS["X3"]}
group X-witnesses 2 X1 X2 X3
  witness Y1 {KEYS["Y1"]}
witness Y2 {KEYS["Y2"]}
group Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def cosigned(*names: str) -> Note:
    """The checkpoint, signed by the log and cosigned by these witnesses."""
    lines = [cosign(NOTE.body, f"{name}.example", SIGNERS[name], 1_700_000_000) for name in names]
    return Note(NOTE.body, (*NOTE.signatures, *lines))


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        ("", False),
        ("X1 X2", False),
        ("X1 Y1", False),
        ("X1 X2 Y2", True),
        ("X2 X3 Y1 Y2", True),
        ("X1 X2 X3", False),
        ("Y1 Y2", False),
    ],
)
def test_a_quorum_of_groups_asks_for_what_its_lines_say(names: str, enough: bool) -> None:
    """Two of X and any of Y: no fewer, and none in place of another."""
    policy = parse_policy(NESTED.encode())
    if enough:
        found = policy.check(cosigned(*names.split()))
        assert {one.witness.name for one in found} == {f"{n}.example" for n in names.split()}
    else:
        with pytest.raises(PolicyError, match="POLICY_QUORUM"):
            policy.check(cosigned(*names.split()))


def test_a_doubled_cosignature_is_one() -> None:
    """One witness's line twice does not make two of three."""
    policy = parse_policy(NESTED.encode())
    with pytest.raises(PolicyError, match="POLICY_QUORUM"):
        policy.check(cosigned("X1", "X1", "Y1"))


def test_none_asks_for_no_cosignature_and_still_for_the_log() -> None:
    """`quorum none` lets a bare checkpoint pass, but not one that the listed log has not signed."""
    policy = parse_policy(f"log {LOG_KEY}\nquorum none".encode())
    assert policy.check(NOTE) == ()
    stranger = Checkpoint(ORIGIN, 7, bytes(range(32))).sign(Ed25519Signer(b"\7" * 32))
    with pytest.raises(NoteError, match="NOTE_UNSIGNED"):
        policy.check(parse_note(stranger))


def test_a_listed_log_signs_only_under_its_own_origin() -> None:
    """A checkpoint of another origin does not pass, although a listed key has signed it."""
    other = Checkpoint("dure.example/busan", 7, bytes(range(32))).text()
    policy = parse_policy(f"log {LOG_KEY}\nquorum none\n".encode())
    with pytest.raises(PolicyError, match=r"POLICY_ORIGIN origin=dure\.example/busan"):
        policy.check(sign_note(other, ORIGIN, LOG))
    borrowed = parse_note(other + "\n" + NOTE.text().partition("\n\n")[2])
    with pytest.raises(NoteError, match="NOTE_SIGNATURE_INVALID"):
        policy.check(borrowed)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "POLICY_QUORUM_LINE"),
        ("quorum none\nquorum none\n", "POLICY_QUORUM_LINE"),
        ("quorum X1\n", "POLICY_NAME"),
        (f"quorum X1\nwitness X1 {KEYS['X1']}\n", "POLICY_NAME"),
        ("witnesses X1\nquorum none\n", "POLICY_LINE"),
        ("log\nquorum none\n", "POLICY_LINE"),
        (f"log {LOG_KEY} a b\nquorum none\n", "POLICY_LINE"),
        (f"log {KEYS['X1']}\nquorum none\n", "POLICY_KEY"),
        (f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none\n", "POLICY_DUPLICATE"),
        (f"witness X1 {LOG_KEY}\nquorum none\n", "POLICY_KEY"),
        (f"witness none {KEYS['X1']}\nquorum none\n", "POLICY_NAME"),
        (f"witness X1 {KEYS['X1']}\nwitness X1 {KEYS['X2']}\nquorum none\n", "POLICY_NAME"),
        (f"witness X1 {KEYS['X1']}\nwitness X2 {KEYS['X1']}\nquorum none\n", "POLICY_DUPLICATE"),
        (f"witness X1 {KEYS['X1']}\ngroup G 2 X1\nquorum G\n", "POLICY_COUNT"),
        (f"witness X1 {KEYS['X1']}\ngroup G 0 X1\nquorum G\n", "POLICY_COUNT"),
        (f"witness X1 {KEYS['X1']}\ngroup G 01 X1\nquorum G\n", "POLICY_COUNT"),
        (f"witness X1 {KEYS['X1']}\ngroup G any\nquorum G\n", "POLICY_LINE"),
        (f"witness X1 {KEYS['X1']}\ngroup G any X1 X1\nquorum G\n", "POLICY_DUPLICATE"),
        (f"witness X1 {KEYS['X1']}\ngroup G any none\nquorum G\n", "POLICY_NAME"),
        (f"witness X1 {KEYS['X1']}\ngroup G any G\nquorum G\n", "POLICY_NAME"),
        (
            f"witness X1 {KEYS['X1']}\ngroup G any X1\ngroup H any X1\nquorum G\n",
            "POLICY_DUPLICATE",
        ),
        ("quorum none\r\n", "POLICY_CHARACTER"),
        ("# \0\nquorum none\n", "POLICY_CHARACTER"),
        ("#" * 65_536 + "\nquorum none\n", "POLICY_TOO_LONG"),
        (
            "".join(f"group G{n} any G{n - 1}\n" for n in range(1, 300)),
            "POLICY_NAME",
        ),
    ],
)
def test_a_policy_that_is_not_one_is_refused_by_name(text: str, code: str) -> None:
    """Each fault of a policy has its code."""
    with pytest.raises(PolicyError, match=code):
        parse_policy(text.encode())


def test_names_beyond_the_limit_are_refused() -> None:
    """257 witnesses and groups are one too many."""
    lines = [f"witness W {KEYS['X1']}", "group G0 any W"]
    lines += [f"group G{n} any G{n - 1}" for n in range(1, 255)]
    assert parse_policy("\n".join([*lines, "quorum G254"]).encode()).quorum == "G254"
    with pytest.raises(PolicyError, match=r"POLICY_LIMIT line=257 names_max=256"):
        parse_policy("\n".join([*lines, "group G255 any G254", "quorum none"]).encode())


def test_names_are_octets() -> None:
    """A name of bytes that are no UTF-8 is a name like any other."""
    text = b"witness \xff\xfe " + KEYS["X1"].encode() + b"\nquorum \xff\xfe\n"
    assert len(parse_policy(text).check(cosigned("X1"))) == 1
