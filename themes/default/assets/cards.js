// The card beside a link: what the page behind it is, what it says of itself, and how far it can be trusted. It is made
// from that page, which the browser then has already when the link is followed. A footnote's card shows the note.
(() => {
  "use strict";
  const card = document.createElement("div");
  card.className = "card";
  card.id = "hb:card";
  card.popover = "manual";
  card.setAttribute("role", "tooltip");
  let link, away;

  const pages = new Map();
  const page = address => {
    if (!pages.has(address)) {
      pages.set(address, fetch(address).then(async answer => {
        if (!answer.ok || !answer.headers.get("content-type")?.includes("html")) return null;
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      }).catch(() => null));
    }
    return pages.get(address);
  };

  const part = (name, content, tag = "p") => {
    const e = document.createElement(tag);
    e.className = name;
    e.append(...[content].flat());
    return e;
  };
  const short = text => text.length > 220 ? text.slice(0, text.lastIndexOf(" ", 215)) + "…" : text;
  const text = e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll(".anchor, .linkmark, .footnote-ref, .sr").forEach(x => x.remove());
    return copy.textContent.trim();
  };

  // What the text says right below a heading, or in a paragraph of its own.
  const after = head => {
    for (let e = head; e; e = e.nextElementSibling) {
      if (e != head && /^H[1-6]$/.test(e.tagName)) break;
      const p = e.matches("p, li, dd") ? e : e.querySelector("p, li, dd");
      if (p) return short(text(p));
    }
    return "";
  };

  const about = (doc, hash) => {
    const title = doc.querySelector("h1"), article = doc.querySelector("article");
    if (!title || !article) return [];
    const target = hash && doc.getElementById(decodeURIComponent(hash.slice(1)));
    const head = target && /^H[2-6]$/.test(target.tagName) ? target : null;
    const summary = target && after(target) || doc.querySelector(".summary")?.textContent || doc.querySelector("meta[name=description]")?.content;
    const badges = [...doc.querySelectorAll(".trust .badge")].map(b => document.importNode(b, true)), owner = doc.querySelector(".trust a");
    const parts = [];
    if (article.dataset.label) parts.push(part("small", article.dataset.label));
    parts.push(part("card-title", title.textContent + (head ? " › " + text(head) : "")));
    if (summary) parts.push(part("card-text", short(summary)));
    if (badges.length) parts.push(part("card-foot", [...badges, owner ? part("", owner.textContent, "span") : ""], "div"));
    return parts;
  };

  const note = a => {
    const li = document.getElementById(decodeURIComponent(a.hash.slice(1)));
    if (!li) return [];
    const copy = li.cloneNode(true);
    copy.querySelectorAll(".footnote-back").forEach(x => x.remove());
    copy.querySelectorAll("[id]").forEach(x => x.removeAttribute("id"));
    return [part("card-note", [...copy.childNodes], "div")];
  };

  const place = a => {
    const at = a.getClientRects()[0] || a.getBoundingClientRect();
    card.style.insetInlineStart = "auto";
    card.style.left = Math.max(16, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 16)) + "px";
    const below = at.bottom + 8, room = innerHeight - below - 8;
    card.style.top = (card.offsetHeight > room && at.top > innerHeight / 2 ? at.top - 8 - card.offsetHeight : below) + "px";
  };

  const hide = () => {
    clearTimeout(away);
    if (!link) return;
    link.removeAttribute("aria-describedby");
    link = null;
    if (card.matches(":popover-open")) card.hidePopover();
  };
  const leave = () => {
    clearTimeout(away);
    away = setTimeout(hide, 250);
  };
  const inside = e => link && (link.contains(e.target) || card.contains(e.target));

  document.addEventListener("hb:card", async ({ detail: { a, now } }) => {
    if (a == link) return;
    const isNote = a.parentElement.matches(".footnote-ref");
    const wasHere = () => now || a.matches(":hover") || a == document.activeElement;
    const parts = isNote ? note(a) : await page(a.href.replace(/#.*/, "")).then(doc => doc ? about(doc, a.hash) : []);
    if (!parts.length || !wasHere()) return;
    hide();
    link = a;
    card.replaceChildren(...parts);
    card.isConnected || document.querySelector("main").append(card); // within a landmark, for those who go by them
    a.setAttribute("aria-describedby", card.id);
    card.showPopover();
    place(a);
    document.dispatchEvent(new Event("hb:shown")); // its badge ages as all others do
  });

  // A card stays while the pointer or the focus is on its link or on itself. Escape closes it.
  document.addEventListener("pointerover", e => {
    if (!link || e.pointerType != "mouse") return;
    inside(e) ? clearTimeout(away) : link == document.activeElement || leave();
  });
  document.addEventListener("focusin", e => link && !inside(e) && hide());
  document.addEventListener("pointerdown", e => link && !inside(e) && hide());
  document.addEventListener("keydown", e => e.key == "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
})();
