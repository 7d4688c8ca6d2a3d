// Libraries that are no modules, and their styles: loaded once, when a page needs them; a script is then a global name.
const loaded = new Map();

export function loadScript(src) {
  if (!loaded.has(src)) {
    loaded.set(src, new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src, onload: resolve });
      script.onerror = () => {
        loaded.delete(src);
        reject(new Error(`${src} could not be loaded`));
      };
      document.head.append(script);
    }));
  }
  return loaded.get(src);
}

export function loadStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
