// What has been typed is not lost by a slip.
import { useEffect } from "./ui.js";

/** While something is changed and not saved, the browser asks before the page is closed. */
export function useLeaveWarning(changed) {
  useEffect(() => {
    if (!changed) return;
    const warn = (event) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);
}
