"""The open data of the portal: a read-only JSON API by the NLGov REST API Design Rules."""
