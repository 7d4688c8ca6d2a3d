// A button that opens a list of acts or links; what is in it is made when it opens.
import { Icon } from "./icon.js";
import { classes, html, useId, useLayoutEffect, useRef, useState } from "../ui.js";

const GAP_PX = 4;

/**
 * label: for screen readers (and shown unless there are children); items: [{label, icon, href | run, danger, disabled,
 * checked, divided}], false ones are left out. class: of the button.
 */
export function Menu({ label, items, children, ...rest }) {
  const id = useId().replace(/\W/g, "");
  const button = useRef(null);
  const list = useRef(null);
  const [isOpen, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (!isOpen) return;
    const [at, own] = [button.current.getBoundingClientRect(), list.current.getBoundingClientRect()];
    const below = at.bottom + GAP_PX + own.height < innerHeight || at.top < own.height;
    list.current.style.top = `${below ? at.bottom + GAP_PX : at.top - own.height - GAP_PX}px`;
    list.current.style.left = `${Math.max(8, Math.min(at.right - own.width, innerWidth - own.width - 8))}px`;
    list.current.querySelector("[role^=menuitem]:not([disabled])")?.focus();
  }, [isOpen]);

  const close = () => {
    list.current.hidePopover();
    button.current.focus();
  };
  const key = (event) => {
    const all = [...list.current.querySelectorAll("[role^=menuitem]:not([disabled])")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") close();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };

  return html`
    <button ref=${button} ...${rest} type="button" class=${classes("button", rest.class ?? "is-quiet is-icon")}
      popovertarget=${id} aria-haspopup="menu" aria-expanded=${String(isOpen)} aria-label=${label} title=${children ? undefined : label}>
      ${children ?? html`<${Icon} name="more" />`}
    </button>
    <div ref=${list} id=${id} popover="auto" class="menu" role="menu" aria-label=${label} onToggle=${(event) => setOpen(event.newState === "open")} onKeyDown=${key}>
      ${isOpen && items.filter(Boolean).map((item) => html`<${Item} key=${item.label} item=${item} close=${close} />`)}
    </div>`;
}

function Item({ item, close }) {
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const look = classes("menu-item", item.danger && "is-danger", item.divided && "is-divided");
  const words = html`${item.icon && html`<${Icon} name=${item.icon} />`}<span>${item.label}</span>
    ${item.checked && html`<${Icon} name="check" />`}`;
  if (item.href) return html`<a role=${role} class=${look} href=${item.href} tabindex="-1" onClick=${close}>${words}</a>`;
  const act = () => {
    close();
    item.run();
  };
  return html`<button role=${role} class=${look} type="button" tabindex="-1" disabled=${item.disabled}
    aria-checked=${item.checked === undefined ? undefined : String(item.checked)} onClick=${act}>${words}</button>`;
}
