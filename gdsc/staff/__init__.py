"""The pages on which municipal staff do their part."""
