from meetups.models.attendance import Attendance
from meetups.models.meetups import Material, MaterialKind, Meetup, MeetupQuerySet
from meetups.models.signups import Signup

__all__ = ["Attendance", "Material", "MaterialKind", "Meetup", "MeetupQuerySet", "Signup"]
