"""One administrator alone, by every way there is, does not come to be two people."""

import asyncio
import json
import uuid
from functools import partial
from pathlib import Path

import pytest

from api.auth.credentials import mint
from api.auth.scopes import ROLE_SCOPES, Role, Scope
from api.bootstrap import (
    INIT_ACTOR,
    OPERATOR_KEYS,
    NetworkError,
    create_network,
    grant_key,
)
from api.bundles import export_bundle
from api.config import read_settings
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.partners.people import living
from domain.store.engine import reading
from domain.store.queries import reference
from tests.acceptance.stage import DOCUMENTS, Json, Stage, open_stage

ALL = [scope.value for scope in Scope]
SETTLING = ["settlement:propose", "settlement:decide"]
EVE = "eve"


async def refused(stage: Stage, token: str, name: str, **given: object) -> str:
    """Send what must be refused; return by which code."""
    sent = {**given, "idempotencyKey": uuid.uuid4().hex}
    body = {"query": DOCUMENTS[name], "variables": {"input": sent}}
    answer: Json = (await stage.post(token, body)).json()
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    payload: Json = answer["data"][name]
    assert not payload["__typename"].endswith("Success"), payload
    return str(payload["code"])


def people(stage: Stage) -> set[str]:
    """Who may act for the operator now."""
    with reading(stage.network.engine) as connection:
        return living(reference.load(connection).keys.values())


async def alone(stage: Stage) -> None:
    """Everything that one of two people can try with their own key."""
    me, other = stage.operators
    mine, others = me.split("_")[1], other.split("_")[1]
    made = mint()
    create = {"subject": EVE, "person": True, "scopes": SETTLING}
    for role, person in (("OPERATOR", True), ("FINANCE", True), ("OPERATOR", False)):
        given = {**create, "role": role, "person": person}
        assert await refused(stage, me, "apiKeyCreate", **given) == "KEY_NEEDS_PROPOSAL"
    # A reader's and a partner's keys are one person's to give, and neither takes part.
    reader = await stage.key(None, ["audit:read"], role="AUDITOR")
    partner = await stage.key("GRAND", ["audit:read"], role="FINANCE")
    asked = {"fingerprint": made.fingerprint, "subject": EVE, "role": "OPERATOR", "scopes": ALL}
    proposal = (await stage.done(me, "apiKeyPropose", **asked))["proposal"]["id"]
    approve = {"proposalId": proposal, "decision": "APPROVE"}
    assert await refused(stage, me, "proposalDecide", **approve) == "SAME_SUBJECT"
    for token in (reader, partner):
        assert await refused(stage, token, "proposalDecide", **approve) == "FORBIDDEN"
        assert await refused(stage, token, "apiKeyPropose", **asked) == "FORBIDDEN"
    # The key that is proposed is nobody's yet.
    answer = await stage.post(made.token, {"query": "{ viewer { subject } }"})
    assert "UNAUTHENTICATED" in answer.text
    # Nobody is left alone with whom one could do as one likes, nor can a door be opened again.
    for key in (others, mine):
        assert await refused(stage, me, "apiKeyRevoke", key=key) == "PERSONS_TOO_FEW"
    # The other's name with my secret, in whatever letters, is another proposal and no key.
    for subject in (EVE.upper(), "operator"):
        again = {**asked, "subject": subject, "fingerprint": mint().fingerprint}
        waiting = (await stage.done(me, "apiKeyPropose", **again))["proposal"]["id"]
        given = {"proposalId": waiting, "decision": "APPROVE"}
        assert await refused(stage, me, "proposalDecide", **given) == "SAME_SUBJECT"


async def agreed(stage: Stage) -> None:
    """What two can agree on, once, and what not."""
    me, other = stage.operators
    cid = mint()
    asked = {"fingerprint": cid.fingerprint, "subject": "cid", "role": "OPERATOR", "scopes": ALL}
    proposal = (await stage.done(me, "apiKeyPropose", **asked))["proposal"]["id"]
    approve = {"proposalId": proposal, "decision": "APPROVE"}
    await stage.done(other, "proposalDecide", "once", **approve)
    assert (await stage.done(other, "proposalDecide", "once", **approve))["replayed"]
    assert await refused(stage, other, "proposalDecide", **approve) == "PROPOSAL_DECIDED"
    assert await refused(stage, me, "apiKeyPropose", **asked) == "API_KEY_EXISTS"
    # The same secret under another name would be one person twice.
    same = f"aaaaaaaa.{cid.hash}"
    given = {**asked, "fingerprint": same, "subject": "dan"}
    assert await refused(stage, me, "apiKeyPropose", **given) == "API_KEY_EXISTS"
    # What somebody proposed whose key has ended since is not to be approved, only rejected.
    dan = mint()
    given = {**asked, "fingerprint": dan.fingerprint, "subject": "dan"}
    late = (await stage.done(cid.token, "apiKeyPropose", **given))["proposal"]["id"]
    await stage.done(me, "apiKeyRevoke", key=cid.prefix)
    approve = {"proposalId": late, "decision": "APPROVE"}
    assert await refused(stage, other, "proposalDecide", **approve) == "MAKER_REVOKED"
    await stage.done(other, "proposalDecide", proposalId=late, decision="REJECT")
    assert await refused(stage, other, "proposalDecide", **approve) == "PROPOSAL_DECIDED"
    # Back after a revocation: the same as coming.
    again = mint()
    await refused(stage, me, "apiKeyCreate", subject="cid", role="OPERATOR", scopes=ALL)
    given = {**asked, "fingerprint": again.fingerprint}
    back = (await stage.done(me, "apiKeyPropose", **given))["proposal"]["id"]
    assert await refused(stage, me, "proposalDecide", proposalId=back, decision="APPROVE") == (
        "SAME_SUBJECT"
    )


def test_one_administrator_stays_one_person(tmp_path: Path) -> None:
    """No mutation makes a second identity, and the log that was made proves it."""
    home = tmp_path / "home"

    async def story() -> None:
        async with open_stage(home, f"sqlite:///{tmp_path / 'dure.db'}") as stage:
            first = people(stage)
            assert len(first) == 2
            await alone(stage)
            assert people(stage) == first
            await agreed(stage)
            assert people(stage) == first
            for role in (Role.OPERATOR, Role.FINANCE):  # nor does the console find its door again
                with pytest.raises(NetworkError, match="KEY_NEEDS_PROPOSAL"):
                    grant_key(stage.network, INIT_ACTOR, "", EVE, role, ROLE_SCOPES[role])
            bundle = tmp_path / "bundle"
            export_bundle(stage.network, bundle, lambda _: None)
            report = verify_bundle(bundle, VerifierKey.parse(stage.network.verifier_key))
            assert [finding.line() for finding in report.findings] == []

    asyncio.run(story())


def test_a_network_whose_file_of_keys_is_lost_gives_no_others(tmp_path: Path) -> None:
    """`dure init` again, with the file put away or emptied of one's rival, founds nobody."""
    home = tmp_path / "home"
    settings = read_settings(home=home, passphrase="a pass phrase")
    make = partial(
        create_network, home, settings, origin="dure.example/test", sandbox=True, simulated=False
    )
    make().close()
    path = home / OPERATOR_KEYS
    kept = json.loads(path.read_text())
    for text in (None, [{**one, "token": mint().token} for one in kept]):
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(json.dumps(text))
        with pytest.raises(NetworkError, match="HOME_NOT_EMPTY"):
            make()
