// Sections that the page does not show can be opened in place, and lists of which it shows a part. What they hold is fetched
// when somebody opens the first.
(() => {
  "use strict";
  const root = document.querySelector(".nav [data-tree]");
  const { tree, script, open } = root?.dataset || {};
  let loading;
  const add = li => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const name = li.firstElementChild.firstChild.textContent;
    button.setAttribute("aria-label", li.matches(".more") ? name : open.replace("{section}", name));
    button.onclick = () => {
      loading ||= new Promise((done, fail) => document.head.append(Object.assign(document.createElement("script"), { src: script, onload: done, onerror: fail })))
        .then(() => handbookTree(tree, add));
      loading.then(toggle => toggle(li, button)).catch(() => li.firstElementChild.click());
    };
    li.firstElementChild.after(button);
  };
  const dress = () => {
    for (const li of document.querySelectorAll(".nav .section, .nav .more")) if (!li.querySelector("ul, button")) add(li);
  };
  if (tree) dress();
  if (tree) document.addEventListener("hb:update", dress);
})();
