"""What the originator counts."""

from evendial_chassis.metrics import Counter, Histogram

_MS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)

ended = Counter("evendial_calls_ended", "Calls that ended, by disposition.", ["disposition"])
voided = Counter("evendial_commands_voided", "Commands that were surely not dialled, by reason.", ["reason"])
unserved = Counter(
    "evendial_calls_unserved", "Answered calls hung up because no agi service reported an action."
)
send_error = Histogram(
    "evendial_originate_slot_error_seconds", "Originate written minus its slot.", buckets=_MS
)
slot_error = Histogram("evendial_call_slot_error_seconds", "First channel seen minus its slot.", buckets=_MS)
witnessed = Histogram(
    "evendial_claim_witnessed_seconds", "Saying a claim outside of the ledger.", buckets=_MS
)
ami_bytes = Counter("evendial_ami_bytes", "Bytes over the AMI connection, by direction.", ["direction"])
ami_messages = Counter("evendial_ami_messages", "Responses and events that Asterisk sent.")
