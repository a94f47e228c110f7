// The search is loaded when it is first asked for.
(() => {
  "use strict";
  const link = document.querySelector(".find");
  let loading;
  const search = (act, lost = () => { if (!place) location = link.href; }) => {
    loading ||= new Promise((done, fail) => {
      const script = Object.assign(document.createElement("script"), { src: new URL("../assets/search.js", handbookTheme.base), onload: done, onerror: fail });
      script.dataset.index = link.dataset.index || link.href + "data/";
      document.head.append(script);
    });
    loading.then(() => act(handbookSearch)).catch(lost);
  };
  const place = document.getElementById("hb:search");
  if (place) search(s => s.mount(place));
  const near = document.getElementById("hb:near");
  if (near) {
    // The address is all that is known of what somebody looks for.
    const home = document.querySelector(".name").pathname, path = decodeURIComponent(location.pathname);
    const field = document.getElementById("hb:missing");
    if (field) field.value = path.slice(home.length).replace(/\.\w+$/, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
    for (const part of document.querySelectorAll("[data-part]")) part.hidden = !path.startsWith(decodeURIComponent(part.dataset.part));
    if (link) search(s => s.near(near), () => {});
  }
  const ask = e => {
    e.preventDefault();
    const field = document.getElementById("hb:search-field");
    if (place && field) field.select(); else if (!place) search(s => s.show());
  };
  document.addEventListener("click", e => {
    if (e.target.closest?.(".find") && !(e.ctrlKey || e.metaKey || e.shiftKey || e.altKey)) ask(e);
  });
  document.addEventListener("keydown", e => {
    const typing = e.target.closest?.("input, textarea, select, [contenteditable]");
    const asked = e.key == "/" ? !typing && !e.ctrlKey && !e.metaKey && !e.altKey : e.key.toLowerCase() == "k" && (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey;
    if (asked && !e.defaultPrevented && document.querySelector(".find")) ask(e);
  });
})();
