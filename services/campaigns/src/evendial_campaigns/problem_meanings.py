"""What each problem `type` means, for people: in the OpenAPI document and in docs/http-api.md."""

MEANINGS = {
    "already_done": "This was done under the key before, and a secret is shown once only.",
    "bad_request": "This is no request that can be read: no JSON, say, or not UTF-8.",
    "forbidden": "Only an admin may do this.",
    "idempotency_key_in_use": "The first request under the key is still being carried out.",
    "idempotency_key_reused": "The key was used for another request.",
    "import_interrupted": "The service was restarted meanwhile and nothing was kept; send the list again.",
    "import_running": "Another list is being imported into this campaign.",
    "in_use": "A campaign needs it.",
    "invalid_field": "A field, parameter or header cannot be that; `field` and `reason` say which and why.",
    "ivr_is_the_admins": "Only an admin may hand calls over to an IVR.",
    "not_found": "There is no such thing, or it is somebody else's.",
    "not_ready": "The campaign cannot be activated; `missing` says what it lacks.",
    "too_large": "The body is too long.",
    "too_slow": "Nothing came for 30 s; nothing was kept.",
    "unauthorized": "No key was sent, or it holds no longer.",
    "unavailable": "The database does not answer. Try again, a POST under the same Idempotency-Key.",
    "unsupported_media_type": "The Content-Type is not one that is taken here.",
    "unusable_audio": "The sound cannot be used; `detail` says why.",
}
