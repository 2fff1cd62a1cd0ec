"""The public page of a participant: what it did and earned, with what the other apps know about that."""
