// The session has ended: signing in again over the page, so that nothing on it is lost.
import { Dialog } from "./dialog.js";
import { SignInForm } from "./sign-in-form.js";
import { useObserved } from "../observed.js";
import { askedAgain, session } from "../session.js";
import { html } from "../ui.js";

export function SignInDialog() {
  const asked = useObserved(askedAgain);
  const who = useObserved(session);
  if (!asked) return null;
  return html`
    <${Dialog} title="Please sign in again">
      <p class="dialog-text">Your session has ended. What is on the page stays as it is, and goes on when you are back.</p>
      <${SignInForm} name=${who?.name} />
    <//>`;
}
