"""How moments are written in Dutch; what is not here is as Django has it."""

TIME_FORMAT = "H.i"
