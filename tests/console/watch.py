"""What goes wrong in a browser while a test looks elsewhere."""

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response

_OF_AN_ANSWER = "Failed to load resource"  # the console's echo of an answer, which is judged itself
_BY_THE_PAGE = "net::ERR_ABORTED"  # a feed that was closed, a download, a page that was left
_NO_NETWORK = "net::ERR_INTERNET_DISCONNECTED"
_REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation",
    (event) => reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`))"""


class Watch:
    """Collects what must not happen: errors, breaches of the policy, refused, failed or foreign requests."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self.troubles: list[str] = []
        self.offline = False
        """Whether the test takes the network away."""
        self._expected: list[tuple[int, str, re.Pattern[str]]] = []

    def expect(self, status: int, method: str, path: str) -> None:
        """An answer of that status, to a path that matches, is no trouble, however often it comes."""
        self._expected.append((status, method, re.compile(path)))

    async def over(self, context: BrowserContext) -> None:
        """Watch all pages of the context, from now on."""
        await context.expose_function("reportViolation", lambda what: self._note(f"policy: {what}"))
        await context.add_init_script(_REPORT_VIOLATIONS)
        context.on("page", self._watch_page)
        context.on("request", self._judge_request)
        context.on("requestfailed", self._judge_failure)
        context.on("response", self._judge_answer)

    def check(self) -> None:
        """Fails with all that has happened so far."""
        assert not self.troubles, "in the browser:\n" + "\n".join(self.troubles)

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def _watch_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._note(f"error: {error.stack or error}"))
        page.on("console", self._judge_message)

    def _judge_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_OF_AN_ANSWER):
            self._note(f"console: {message.text}")

    def _judge_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self._origin:
            self._note(f"foreign: {request.url}")

    def _judge_failure(self, request: Request) -> None:
        if request.failure != _BY_THE_PAGE and not (self.offline and request.failure == _NO_NETWORK):
            self._note(f"failed: {request.method} {request.url} {request.failure}")

    def _judge_answer(self, response: Response) -> None:
        asked = (response.status, response.request.method, urlsplit(response.url).path)
        if asked[0] >= 400 and not any(
            asked[:2] == (status, method) and path.fullmatch(asked[2])
            for status, method, path in self._expected
        ):
            self._note(f"answer: {asked[1]} {asked[2]} {asked[0]}")
