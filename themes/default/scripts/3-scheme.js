// The switch of colours in the top bar: as the system, light, dark.
(() => {
  "use strict";
  const root = document.documentElement, button = document.querySelector(".scheme");
  if (!button) return;
  const signs = {
    auto: '<circle cx="10" cy="10" r="7"/><path fill="currentColor" d="M10 3a7 7 0 0 1 0 14z"/>',
    light: '<path d="M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7zM10 1.5v1M10 17.5v1M1.5 10h1M17.5 10h1M4 4l.7.7M15.3 15.3l.7.7M4 16l.7-.7M15.3 4.7 16 4"/>',
    dark: '<path d="M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z"/>',
  };
  const schemes = Object.keys(signs), names = { ...handbookTheme.words, auto: button.textContent };
  const show = scheme => {
    root.dataset.theme = scheme;
    button.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true">${signs[scheme]}</svg><span class="sr"></span>`;
    button.title = button.lastChild.textContent = names[scheme];
  };
  show(root.dataset.theme || "auto");
  button.addEventListener("click", () => {
    const scheme = schemes[(schemes.indexOf(root.dataset.theme) + 1) % 3];
    show(scheme);
    try {
      localStorage.setItem("handbook-scheme", scheme);
    } catch {} // it holds for this page only
  });
  // Another tab of the handbook follows.
  addEventListener("storage", e => e.key == "handbook-scheme" && show(e.newValue || "auto"));
})();
