// Signing in, then on to where somebody wanted to go.
import { Mark } from "../parts/icon.js";
import { PageHeader } from "../parts/page-header.js";
import { SignInForm } from "../parts/sign-in-form.js";
import { useObserved } from "../observed.js";
import { HOME } from "../routes.js";
import { session } from "../session.js";
import { html, useEffect } from "../ui.js";

export default function SignIn({ query }) {
  const who = useObserved(session);
  useEffect(() => {
    if (who) location.replace(`#${query.then?.startsWith("/") ? query.then : HOME}`);
  }, [who]);
  return html`
    <section class="gate">
      <div class="gate-brand"><${Mark} />Evendial</div>
      <${PageHeader} title="Sign in" below="Calls a list of numbers at even intervals." />
      <${SignInForm} />
      <p class="gate-note">No password yet? An admin makes users and sets their first one.</p>
    </section>`;
}
