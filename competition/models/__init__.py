from competition.models.background import JobRun, OutboxMessage, PageChange
from competition.models.circulars import Audience, Circular, CircularState
from competition.models.editions import AwardMoment, Edition, Phase, Round, Rules, TieRule
from competition.models.invitations import Invitation, InvitationState
from competition.models.mail import MailKind, MailText, SwitchedOffMail
from competition.models.municipalities import Certainty, DsaMembership, Municipality, Province
from competition.models.participants import Entry, Membership, Participant, ParticipantMunicipality, Role
from competition.models.users import User

__all__ = [
    "Audience",
    "AwardMoment",
    "Certainty",
    "Circular",
    "CircularState",
    "DsaMembership",
    "Edition",
    "Entry",
    "Invitation",
    "InvitationState",
    "JobRun",
    "MailKind",
    "MailText",
    "Membership",
    "Municipality",
    "OutboxMessage",
    "PageChange",
    "Participant",
    "ParticipantMunicipality",
    "Phase",
    "Province",
    "Role",
    "Round",
    "Rules",
    "SwitchedOffMail",
    "TieRule",
    "User",
]
