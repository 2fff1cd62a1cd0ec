"""Turning data into shapes: pure functions, without queries and without a clock. The templates draw what they give."""
