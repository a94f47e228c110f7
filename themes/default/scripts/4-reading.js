// Helps while reading. What needs more than a few lines stands in assets/ and is fetched when it is first wanted.
(() => {
  "use strict";
  const { words, base } = handbookTheme;
  const main = document.querySelector("main");
  const all = (selector, f) => document.querySelectorAll(selector).forEach(f);
  const button = (name, label) => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = name;
    b.setAttribute("aria-label", b.title = label);
    return b;
  };

  const fetched = {};
  const need = (file, data) => fetched[file] ??= new Promise((onload, onerror) => {
    const address = new URL(file, base), style = file.endsWith(".css");
    const asks = Object.assign(document.createElement(style ? "link" : "script"), style ? { rel: "stylesheet", href: address, onload, onerror } : { src: address, onload, onerror });
    Object.assign(asks.dataset, data);
    document.head.append(asks);
  });

  // The contents show where one is.
  let links, heads, waiting;
  const follow = () => {
    waiting = 0;
    if (!links[0]) return;
    let at = 0;
    heads.forEach((head, i) => {
      if (head && head.getBoundingClientRect().top < 120) at = i;
    });
    if (innerHeight + scrollY >= document.documentElement.scrollHeight - 4) { // the last ones may be too short to reach the top
      const hash = links.findIndex(a => a.hash == location.hash);
      if (hash > at) at = hash;
    }
    links.forEach((a, i) => i == at ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current"));
    const list = links[at].closest(".toc"), top = links[at].offsetTop;
    if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 40) list.scrollTop = top - list.clientHeight / 2;
  };
  addEventListener("scroll", () => waiting ||= requestAnimationFrame(follow), { passive: true });

  // What is copied says so: for the eye beside it, for the ear in the page's one live region.
  const live = document.createElement("p");
  live.className = "sr";
  live.setAttribute("role", "status");
  document.body.append(live);
  const copy = async (text, from) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // browsers do not let pages without https copy
    }
    live.textContent = words.copied;
    from.classList.add("done");
    setTimeout(() => {
      live.textContent = "";
      from.classList.remove("done");
    }, 2000);
  };
  const copyable = pre => {
    if (pre.closest(".copyable")) return;
    const box = document.createElement("div"), b = button("copy", words.copy);
    box.className = "copyable";
    pre.replaceWith(box);
    box.append(pre, b);
    b.onclick = () => copy([...pre.querySelectorAll("code")].map(code => {
      const text = code.cloneNode(true);
      text.querySelectorAll(".ln").forEach(n => n.remove());
      return text.textContent.replace(/\n$/, "");
    }).join("\n"), b);
  };

  // Each heading leads to itself, for those who want its address.
  const linked = head => {
    let a = head.querySelector(":scope > .anchor");
    if (!a) {
      a = document.createElement("a");
      a.className = "anchor";
      head.append(" ", a);
    }
    a.textContent = "";
    a.href = "#" + encodeURIComponent(head.id);
    a.setAttribute("aria-label", words.heading.replace("{heading}", head.textContent.trim() || words.unnamed));
    a.textContent = "#";
  };

  // Pictures that are shown smaller than they are.
  const zoomable = img => {
    const enlarge = () => {
      if (img.closest("a, button") || img.naturalWidth <= img.clientWidth * 1.1 || !img.clientWidth) return;
      const b = button("zoom", `${words.zoom}${img.alt && ": " + img.alt}`);
      img.replaceWith(b);
      b.append(img);
      b.onclick = async () => {
        await need("../assets/cards.css");
        const dialog = document.createElement("dialog"), close = button("zoomed", words.close);
        dialog.className = "picture";
        close.append(img.cloneNode());
        dialog.append(close);
        close.onclick = () => dialog.close();
        dialog.onclose = () => dialog.remove();
        document.body.append(dialog);
        dialog.showModal();
      };
    };
    img.complete ? enlarge() : img.addEventListener("load", enlarge);
  };

  // Callouts of the kind "tab" that follow one another.
  const tabbed = first => {
    const old = first.previousElementSibling;
    if (old?.matches(".callout[data-kind=tab]")) return;
    const panels = [first];
    while (panels.at(-1).nextElementSibling?.matches(".callout[data-kind=tab]")) panels.push(panels.at(-1).nextElementSibling);
    if (old?.matches(".tabs")) {
      if (old.textContent == panels.map(panel => panel.querySelector(".callout-title").textContent).join("")) return;
      old.remove();
    }
    const list = document.createElement("div");
    list.className = "tabs";
    list.setAttribute("role", "tablist");
    const tabs = panels.map((panel, i) => {
      const title = panel.querySelector(".callout-title"), tab = button("tab", title.textContent);
      tab.textContent = title.textContent;
      tab.removeAttribute("title");
      tab.removeAttribute("aria-label");
      tab.setAttribute("role", "tab");
      tab.id = "hb:tab-" + document.querySelectorAll("[role=tab]").length + "-" + i;
      title.hidden = true;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      panel.tabIndex = 0;
      return tab;
    });
    const show = at => tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i == at);
      tab.tabIndex = i == at ? 0 : -1;
      panels[i].hidden = i != at;
    });
    list.append(...tabs);
    first.before(list);
    list.onclick = e => {
      const at = tabs.indexOf(e.target);
      if (at < 0) return;
      show(at);
      document.dispatchEvent(new CustomEvent("hb:tab", { detail: tabs[at].textContent }));
    };
    list.onkeydown = e => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key] * (document.dir == "rtl" ? -1 : 1);
      const at = e.key == "Home" ? 0 : e.key == "End" ? tabs.length - 1 : (tabs.indexOf(e.target) + step + tabs.length) % tabs.length;
      if (isNaN(at)) return;
      e.preventDefault();
      tabs[at].focus();
      tabs[at].click();
    };
    // Tabs of the same name go together, on the page and on the next one.
    list.same = name => {
      const at = tabs.findIndex(tab => tab.textContent == name);
      if (at >= 0) show(at);
    };
    show(0);
    try {
      list.same(localStorage.getItem("handbook-tab"));
    } catch {}
  };
  document.addEventListener("hb:tab", e => {
    all(".tabs", list => list.same(e.detail));
    try {
      localStorage.setItem("handbook-tab", e.detail);
    } catch {}
  });

  // A card with what a link leads to, and footnotes in place.
  let timer;
  const wanted = a => a && !a.closest(".term") && a.origin == location.origin && (a.pathname != location.pathname || a.parentElement.matches(".footnote-ref"));
  const card = (a, now) => {
    clearTimeout(timer);
    timer = setTimeout(() => Promise.all([need("../assets/cards.js"), need("../assets/cards.css")]).then(() => document.dispatchEvent(new CustomEvent("hb:card", { detail: { a, now } })), () => {}), now ? 0 : 350);
  };
  main?.addEventListener("pointerover", e => {
    const a = e.target.closest?.("a[href]");
    if (e.pointerType == "mouse" && wanted(a)) card(a);
  });
  main?.addEventListener("pointerout", () => clearTimeout(timer));
  main?.addEventListener("focusin", e => {
    if (e.target.matches("a[href]:focus-visible") && wanted(e.target)) card(e.target);
  });
  main?.addEventListener("click", e => {
    const a = e.target.closest("a[href]");
    if (a?.matches(".footnote-ref a") && e.detail && !e.ctrlKey && !e.metaKey && !e.shiftKey) { // Enter leads there
      e.preventDefault();
      card(a, true);
    } else if (a?.matches(".anchor")) {
      copy(a.href, a);
    }
    if (a?.closest(".toc")) document.documentElement.classList.add("smooth"); // not before: who arrives at a part of a page is there at once
  });

  // What draws diagrams is large. It is fetched when one is no further away than the window is high.
  const diagrams = new IntersectionObserver(seen => {
    if (!seen.some(e => e.isIntersecting)) return;
    diagrams.disconnect();
    need("../assets/diagrams/diagrams.js", { library: new URL("../assets/diagrams/mermaid.js", base) }).catch(() => {}); // the source stays
  }, { rootMargin: "100%" });

  const opens = CSS.supports("selector(::details-content)"), beside = matchMedia("(min-width: 80rem)");
  const dress = () => {
    if (!opens && beside.matches) all(".about", about => about.open = true); // where the style cannot
    links = [...document.querySelectorAll(".toc a")];
    heads = links.map(a => document.getElementById(decodeURIComponent(a.hash.slice(1))));
    follow();
    all(".text :is(h2, h3, h4, h5, h6)[id]", linked);
    all(".text pre", copyable);
    all(".text img", zoomable);
    all(".callout[data-kind=tab]", tabbed);
    all("code.language-mermaid", code => {
      // About as high as what will be drawn. The drawing keeps it where it is in sight, so that nothing moves.
      const lines = Math.min(12, code.textContent.trim().split("\n").length);
      code.closest("pre").style.minHeight = 8 + 2 * lines + "rem";
      diagrams.observe(code);
    });
  };
  dress();
  document.addEventListener("hb:update", dress); // the preview has put in what was saved
})();
