// The switch of colours in the top bar: as the system, light, dark.
(() => {
  "use strict";
  const root = document.documentElement, button = document.querySelector(".scheme");
  if (!button) return;
  const schemes = ["auto", "light", "dark"];
  const show = scheme => {
    root.dataset.theme = scheme;
    button.title = button.lastElementChild.textContent = button.dataset[scheme];
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
