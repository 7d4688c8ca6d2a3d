"""How refusals look, said in the OpenAPI document for every operation."""

from litestar.openapi.spec import (
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    Schema,
)

from evendial_campaigns.problems import MEDIA_TYPE

_PROBLEM = Schema(
    title="Problem",
    description="RFC 9457. `type` is stable; `field` and `reason` name bad input, `missing` what lacks.",
    type=OpenAPIType.OBJECT,
    required=["type", "title", "status", "detail"],
    properties={
        "type": Schema(type=OpenAPIType.STRING),
        "title": Schema(type=OpenAPIType.STRING),
        "status": Schema(type=OpenAPIType.INTEGER),
        "detail": Schema(type=OpenAPIType.STRING),
        "field": Schema(type=OpenAPIType.STRING),
        "reason": Schema(type=OpenAPIType.STRING),
        "missing": Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.STRING)),
    },
)
_STATUSES = {
    "400": "bad input; field and reason say which and why",
    "401": "no key, or one that is not known",
    "403": "for admins only",
    "404": "not there, or somebody else's",
    "409": "not as things stand",
    "413": "too large",
    "422": "not usable",
}


def document_problems(document: OpenAPI) -> None:
    """Adds the problem responses to every operation of the document."""
    for item in (document.paths or {}).values():
        for operation in (item.get, item.post, item.put, item.patch, item.delete):
            if operation is not None:
                _document(operation)


def _document(operation: Operation) -> None:
    responses: dict[str, OpenAPIResponse | Reference] = dict(operation.responses or {})
    for status, description in _STATUSES.items():
        content = {MEDIA_TYPE: OpenAPIMediaType(schema=_PROBLEM)}
        responses[status] = OpenAPIResponse(description=description, content=content)
    operation.responses = responses
