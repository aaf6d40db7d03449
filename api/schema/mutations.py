"""The Mutation type: one field for each file that declares one."""

from __future__ import annotations

import strawberry

from api.schema.contracts.contract_accept import contract_accept_field
from api.schema.contracts.contract_end import contract_end_field
from api.schema.contracts.contract_propose import contract_propose_field
from api.schema.holds.hold_capture import hold_capture_field
from api.schema.holds.hold_void import hold_void_field
from api.schema.holds.points_hold import points_hold_field
from api.schema.members.consent_grant import consent_grant_field
from api.schema.members.consent_revoke import consent_revoke_field
from api.schema.members.member_enroll import member_enroll_field
from api.schema.members.member_erase import member_erase_field
from api.schema.members.member_link import member_link_field
from api.schema.partners.api_key_create import api_key_create_field
from api.schema.partners.api_key_propose import api_key_propose_field
from api.schema.partners.api_key_revoke import api_key_revoke_field
from api.schema.partners.partner_create import partner_create_field
from api.schema.partners.partner_update import partner_update_field
from api.schema.partners.point_unit_create import point_unit_create_field
from api.schema.points.points_adjust import points_adjust_field
from api.schema.points.points_exchange import points_exchange_field
from api.schema.points.points_gift import points_gift_field
from api.schema.points.points_issue import points_issue_field
from api.schema.points.points_quote import points_quote_field
from api.schema.points.points_redeem import points_redeem_field
from api.schema.points.transfer_reverse import transfer_reverse_field
from api.schema.settlement.bank_line_carry import bank_line_carry_field
from api.schema.settlement.bank_line_dismiss import bank_line_dismiss_field
from api.schema.settlement.bank_statement_import import bank_statement_import_field
from api.schema.settlement.dispute_open import dispute_open_field
from api.schema.settlement.dispute_resolve import dispute_resolve_field
from api.schema.settlement.dispute_withdraw import dispute_withdraw_field
from api.schema.settlement.funds_propose import funds_propose_field
from api.schema.settlement.policy_propose import policy_propose_field
from api.schema.settlement.proposal_decide import proposal_decide_field
from api.schema.settlement.settlement_abort import settlement_abort_field
from api.schema.settlement.settlement_approve import settlement_approve_field
from api.schema.settlement.settlement_create import settlement_create_field
from api.schema.settlement.settlement_default import settlement_default_field
from api.schema.settlement.settlement_match import settlement_match_field
from api.schema.settlement.settlement_record_payment import settlement_record_payment_field
from api.schema.settlement.settlement_release import settlement_release_field
from api.schema.settlement.settlement_submit import settlement_submit_field
from api.schema.settlement.settlement_window_close import settlement_window_close_field


@strawberry.type(description="Everything that can be changed.")
class Mutation:
    """Root of changing."""

    points_issue = points_issue_field
    points_quote = points_quote_field
    points_exchange = points_exchange_field
    points_redeem = points_redeem_field
    points_gift = points_gift_field
    points_adjust = points_adjust_field
    points_hold = points_hold_field
    hold_capture = hold_capture_field
    hold_void = hold_void_field
    transfer_reverse = transfer_reverse_field
    member_enroll = member_enroll_field
    member_link = member_link_field
    member_erase = member_erase_field
    consent_grant = consent_grant_field
    consent_revoke = consent_revoke_field
    contract_propose = contract_propose_field
    contract_accept = contract_accept_field
    contract_end = contract_end_field
    partner_create = partner_create_field
    partner_update = partner_update_field
    point_unit_create = point_unit_create_field
    api_key_create = api_key_create_field
    api_key_propose = api_key_propose_field
    api_key_revoke = api_key_revoke_field
    settlement_window_close = settlement_window_close_field
    proposal_decide = proposal_decide_field
    settlement_create = settlement_create_field
    settlement_approve = settlement_approve_field
    settlement_abort = settlement_abort_field
    settlement_default = settlement_default_field
    settlement_submit = settlement_submit_field
    settlement_release = settlement_release_field
    settlement_match = settlement_match_field
    settlement_record_payment = settlement_record_payment_field
    bank_statement_import = bank_statement_import_field
    bank_line_dismiss = bank_line_dismiss_field
    bank_line_carry = bank_line_carry_field
    funds_propose = funds_propose_field
    policy_propose = policy_propose_field
    dispute_open = dispute_open_field
    dispute_resolve = dispute_resolve_field
    dispute_withdraw = dispute_withdraw_field
