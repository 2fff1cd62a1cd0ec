from meetups.models.attendance import Attendance
from meetups.models.meetups import Material, MaterialKind, Meetup, MeetupQuerySet
from meetups.models.signups import Presence, Signup

__all__ = ["Attendance", "Material", "MaterialKind", "Meetup", "MeetupQuerySet", "Presence", "Signup"]
