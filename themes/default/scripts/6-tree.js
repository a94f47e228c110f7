// Sections that the page does not show can be opened in place, and lists of which it shows a part. What they hold is fetched
// when somebody opens the first.
(() => {
  "use strict";
  const { words, base } = handbookTheme;
  let loading;
  const add = li => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const name = li.firstElementChild.firstChild.textContent;
    button.setAttribute("aria-label", li.matches(".more") ? name : words.open.replace("{section}", name));
    button.onclick = () => {
      loading ||= new Promise((done, fail) => document.head.append(Object.assign(document.createElement("script"), { src: new URL("../assets/tree.js", base), onload: done, onerror: fail })))
        .then(() => handbookTree(new URL("../api/tree.json", base), add));
      loading.then(toggle => toggle(li, button)).catch(() => li.firstElementChild.click());
    };
    li.firstElementChild.after(button);
  };
  const dress = () => {
    for (const li of document.querySelectorAll(".nav .section, .nav .more")) if (!li.querySelector("ul, button")) add(li);
  };
  dress();
  document.addEventListener("hb:update", dress);
})();
