// The part of the preview that runs in the browser: it listens for builds, puts what differs into the page that is
// open, and shows the messages of the last build over it. It is never part of a published site.
(() => {
  "use strict";
  const script = document.currentScript;
  let build = script.dataset.handbookBuild; // what this page was made by
  let about = script.dataset; // what the server says of this page
  // This page as the server last sent it. It is the first deferred script of the page, so no other has worked on it yet.
  let base = document.cloneNode(true), first = true;
  pairUp(base, document);
  let tag = about.handbookTag || null; // what the server calls that state of the page
  let told = build; // the build of the last event, or this page's
  let stream = null, heard = 0; // when the stream last said something

  // --- listening -------------------------------------------------------------------------------------------------

  // A hidden tab keeps no connection: browsers allow six to a host, and somebody with seven tabs would wait for ever.
  function listen() {
    if (document.hidden) {
      leave();
    } else if (!stream) {
      heard = Date.now();
      stream = new EventSource("/_handbook/events?since=" + encodeURIComponent(told));
      stream.onopen = () => {
        heard = Date.now();
        script.dataset.handbookState = "listening";
        panel.away(false);
      };
      stream.addEventListener("alive", () => { heard = Date.now(); });
      stream.onmessage = (message) => {
        heard = Date.now();
        hear(JSON.parse(message.data));
      };
      stream.onerror = () => {
        panel.away(true);
        // The browser tries again by itself unless the answer was a refusal.
        if (stream && stream.readyState === EventSource.CLOSED) {
          stream = null;
          setTimeout(listen, 2000);
        }
      };
    }
  }
  function leave() {
    stream?.close();
    stream = null;
  }
  function hear(event) {
    told = event.build;
    panel.show(event);
    if (event.go && pathOf(event.go) !== plain(pathOf(location.href))) {
      location.assign(event.go);
      return;
    }
    if (exchange(event.changed || [], event.all)) location.reload();
    else if (event.build !== build) refresh();
  }

  // A connection can die without a word: the computer slept, a tunnel or a container's port was closed. The server says
  // every twenty seconds that it lives; who has not heard it for so long asks anew, which gets the present state. The
  // browser may ask on another connection that is dead, so an answer is not waited for as long.
  function check() {
    if (!stream || Date.now() - heard < (stream.readyState === EventSource.OPEN ? 50_000 : 5000)) return;
    leave();
    loading?.abort(); // on a connection as dead
    listen();
  }
  setInterval(check, 5000);
  for (const woken of ["focus", "online"]) addEventListener(woken, check);

  document.addEventListener("visibilitychange", listen);
  document.addEventListener("resume", listen);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  addEventListener("pagehide", leave);

  const pathOf = (address) => {
    const path = new URL(address, location.href).pathname;
    try { return decodeURI(path); } catch { return path; }
  };
  const plain = (path) => path.replace(/\/index\.html$/, "/");

  // Shows files of the page anew that are among the addresses, or all of them, and says whether a script is one of them,
  // so that the page has to begin again. Whether the page itself is another, the server knows.
  function exchange(changed, all) {
    const paths = new Set(changed.map((address) => pathOf(address)));
    // A name that is made of what the file holds never means another file; the page names the new one.
    const fixed = /\.[0-9a-f]{8}\.\w+$/;
    const differs = (address) => {
      const path = pathOf(address);
      return new URL(address, location.href).origin === location.origin && !fixed.test(path) && (all || paths.has(path));
    };
    const stamp = Date.now();
    for (const link of document.querySelectorAll('link[rel~="stylesheet"][href]')) {
      if (differs(link.href)) swapStyle(link, stamped(link.href, stamp));
    }
    for (const image of document.querySelectorAll("img[src], video[src], audio[src], source[src]")) {
      if (differs(image.src)) image.src = stamped(image.src, stamp);
    }
    return [...document.querySelectorAll("script[src]:not([data-handbook-build])")].some((other) => differs(other.src));
  }
  function stamped(address, stamp) {
    const url = new URL(address);
    url.searchParams.set("handbook", stamp);
    return url.href;
  }
  function unstamped(link) {
    const url = new URL(link.getAttribute("href"), location.href);
    url.searchParams.delete("handbook");
    return url.href;
  }

  // Puts a stylesheet in the place of another once it has loaded, so that the page is never without.
  function swapStyle(old, href) {
    const link = old.cloneNode();
    link.href = href;
    delete link.dataset.handbookOld;
    link.onload = link.onerror = () => old.remove();
    old.after(link);
  }

  // --- getting the page anew ----------------------------------------------------------------------------------------

  let busy = false, again = false;
  let loading = null; // ends what is being asked for
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        const next = await load();
        if (!next) continue;
        const made = next.querySelector("script[data-handbook-build]");
        if (sameScripts(next)) patch(next); else location.reload();
        build = made.dataset.handbookBuild;
        about = made.dataset;
        tools.show();
      } while (again);
    } catch {
      // Away for a moment, or for long: whoever listens anew is told the state, and asks for the page again.
      leave();
      setTimeout(listen, 1000);
    } finally {
      busy = false;
    }
  }
  async function load() {
    const headers = { Accept: "text/html" };
    if (tag) headers["If-None-Match"] = tag;
    loading = new AbortController();
    const limit = setTimeout((asked) => asked.abort(), 10_000, loading);
    const answer = await fetch(location.href, { headers, cache: "no-store", signal: loading.signal });
    if (answer.status === 304 || answer.status === 503) { // the same, or a new start that has no site yet
      build = answer.headers.get("X-Handbook-Build") || told;
      return null;
    }
    if (answer.redirected && pathOf(answer.url) !== pathOf(location.href)) {
      location.replace(answer.url + location.hash);
      return null;
    }
    if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) {
      location.reload();
      return null;
    }
    const text = await answer.text();
    clearTimeout(limit);
    tag = answer.headers.get("ETag");
    return new DOMParser().parseFromString(text, "text/html");
  }
  function sameScripts(next) {
    const list = (doc) => [...doc.querySelectorAll("script[src]:not([data-handbook-build])")].map((s) => s.getAttribute("src")).join("\n");
    return list(base) === list(next);
  }

  function patch(next) {
    const touched = [];
    const before = scrollY;
    patchHead(next.head);
    // A script in the head may have set some on the root before this one ran; those stay.
    attributes(document.documentElement, first ? document.createElement("html") : base.documentElement, next.documentElement);
    node(document.body, base.body, next.body, touched);
    base = next;
    first = false;
    toAuthors();
    if (scrollY !== before) scrollTo({ top: before, behavior: "instant" });
    // Scripts of the site that work on its elements do so again, before the page is painted.
    document.dispatchEvent(new CustomEvent("hb:update"));
    flash(touched);
  }

  // What pages have for their authors alone is hidden in the site, and shown here.
  function toAuthors() {
    for (const e of document.querySelectorAll("[data-preview]")) e.hidden = false;
  }
  toAuthors();

  function patchHead(next) {
    if (document.title !== next.ownerDocument.title) document.title = next.ownerDocument.title;
    const styles = (head) => [...head.querySelectorAll('link[rel~="stylesheet"][href]')];
    const among = (list, link) => list.some((other) => unstamped(other) === unstamped(link));
    const live = styles(document.head).filter((link) => !("handbookOld" in link.dataset)), wanted = styles(next);
    // One that the server never sent was added by a script, such as that of the search, and stays.
    const left = live.filter((link) => among(styles(base.head), link) && !among(wanted, link));
    for (const link of wanted) {
      if (among(live, link)) continue;
      const old = left.shift();
      if (old) {
        old.dataset.handbookOld = "";
        swapStyle(old, unstamped(link));
      } else {
        document.head.append(document.importNode(link));
      }
    }
    for (const link of left) link.remove();
    for (const meta of next.querySelectorAll("meta[name], meta[property]")) {
      const by = meta.hasAttribute("name") ? "name" : "property";
      const own = [...document.head.querySelectorAll(`meta[${by}]`)].find((m) => m.getAttribute(by) === meta.getAttribute(by));
      if (own) attributes(own, null, meta); else document.head.append(document.importNode(meta));
    }
  }

  // --- putting in what differs ---------------------------------------------------------------------------------------
  //
  // What the server had sent (was) is compared with what it sends now, and only what differs is done to the page. For that
  // each node that was sent knows its live one. So what the server did not change stays as the reader and the site's
  // scripts have made it: moved into an element of theirs, put into another order, or taken away.

  // Pairs a tree with one that was copied from it.
  function pairUp(sent, live) {
    sent.handbookLive = live;
    for (let s = sent.firstChild, l = live.firstChild; s; s = s.nextSibling, l = l.nextSibling) pairUp(s, l);
  }
  // Pairs a tree with the live one of another that is equal.
  function hand(was, now) {
    now.handbookLive = was.handbookLive;
    for (let w = was.firstChild, n = now.firstChild; n; w = w.nextSibling, n = n.nextSibling) hand(w, n);
  }

  function node(live, was, now, touched) {
    if (was.isEqualNode(now)) {
      hand(was, now);
      return;
    }
    now.handbookLive = live;
    if (live.nodeType !== Node.ELEMENT_NODE) {
      if (live.nodeValue !== now.nodeValue) {
        live.nodeValue = now.nodeValue;
        touched.push(live.parentNode);
      }
      return;
    }
    if (live.localName === "script") return;
    if (attributes(live, was, now)) touched.push(live);
    if (live.localName === "textarea" && live === document.activeElement) return;
    children(live, was, now, touched);
  }

  function children(live, was, now, touched) {
    const from = pair([...was.childNodes], [...now.childNodes]);
    // The live node of one that was sent, if it is still in here, and the child of this element that it is or is in.
    const inside = (sent) => (sent.handbookLive !== live && live.contains(sent.handbookLive) ? sent.handbookLive : null);
    const outer = (own) => {
      while (own.parentNode !== live) own = own.parentNode;
      return own;
    };
    const owners = new Map(); // children of the live element: how many that were sent are in each
    for (const sent of was.childNodes) {
      const own = inside(sent);
      if (own) owners.set(outer(own), (owners.get(outer(own)) || 0) + 1);
    }
    const made = (n) => n && !owners.has(n) && !n.handbookPanel; // by a script
    const remove = (sent) => {
      const own = inside(sent);
      if (own) {
        const out = outer(own), left = owners.get(out) - 1;
        owners.set(out, left);
        if (left) own.remove(); else out.remove();
        return;
      }
      // A script has put something else in its place: all that it made between the neighbours.
      const near = (to) => {
        let n = sent[to];
        while (n && !inside(n)) n = n[to];
        return n && outer(inside(n));
      };
      const end = near("nextSibling"), begin = near("previousSibling");
      for (let n = begin ? begin.nextSibling : live.firstChild; n && n !== end;) {
        const next = n.nextSibling;
        if (made(n)) n.remove();
        n = next;
      }
    };

    const kept = new Set(from.values());
    for (const sent of was.childNodes) {
      if (kept.has(sent)) continue;
      remove(sent);
      touched.push(live);
    }
    const order = new Map([...was.childNodes].map((sent, i) => [sent, i]));
    let last = -1; // the furthest of those that were sent, of which the order stays
    let before = null; // what the next one stands behind
    const put = (n) => (before ? before.after(n) : live.prepend(n));
    for (const wanted of now.childNodes) {
      const sent = from.get(wanted), own = sent && inside(sent);
      if (own) {
        if (order.get(sent) < last) put(outer(own)); else last = order.get(sent);
        before = outer(own);
        node(own, sent, wanted, touched);
      } else if (sent?.isEqualNode(wanted)) {
        hand(sent, wanted);
        const at = before ? before.nextSibling : live.firstChild;
        if (made(at)) before = at; // what stands in its place
      } else {
        if (sent) remove(sent);
        const fresh = document.importNode(wanted, true);
        pairUp(wanted, fresh);
        put(fresh);
        owners.set(fresh, 1);
        before = fresh;
        touched.push(fresh.nodeType === Node.ELEMENT_NODE ? fresh : live);
      }
    }
  }

  function attributes(live, was, now) {
    let changed = false;
    for (const { name, value } of now.attributes) {
      if (was && was.getAttribute(name) === value) continue;
      if (live.getAttribute(name) === value) continue;
      if (name === "open" && live.localName === "details" && !was) continue;
      live.setAttribute(name, value);
      changed = true;
    }
    for (const { name } of [...live.attributes]) {
      if (now.hasAttribute(name) || (was ? !was.hasAttribute(name) : name === "open")) continue;
      live.removeAttribute(name);
      changed = true;
    }
    return changed;
  }

  // Which old node becomes which new one: equal ones first, then those of the same id, then those of the same kind.
  function pair(old, now) {
    const pairs = new Map(), free = new Set(old);
    const take = (to, from) => { pairs.set(to, from); free.delete(from); };
    let start = 0;
    while (start < old.length && start < now.length && old[start].isEqualNode(now[start])) take(now[start], old[start++]);
    let a = old.length, b = now.length;
    while (a > start && b > start && old[a - 1].isEqualNode(now[b - 1])) take(now[--b], old[--a]);
    const rest = now.slice(start, b);
    const byKey = (key) => {
      const keys = new Map();
      for (const from of free) {
        const k = key(from);
        if (k) keys.has(k) ? keys.get(k).push(from) : keys.set(k, [from]);
      }
      for (const to of rest) {
        const from = pairs.has(to) ? null : keys.get(key(to))?.shift();
        if (from) take(to, from);
      }
    };
    const kind = (n) => n.nodeName + (n.type || "");
    byKey((n) => n.outerHTML || n.nodeName + n.nodeValue);
    byKey((n) => n.id && kind(n) + "#" + n.id);
    byKey((n) => !n.id && n.getAttribute?.("class") && kind(n) + "." + n.getAttribute("class"));
    byKey((n) => kind(n) + (n.id ? "#" : ""));
    return pairs;
  }

  // Shows softly what changed: the smallest block around each change.
  function flash(touched) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const blocks = new Set();
    for (const element of touched) {
      const block = element.closest?.("p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd, pre, blockquote, figure, aside, section, nav, header, footer");
      if (block && block.isConnected && blocks.size < 20) blocks.add(block);
    }
    for (const block of blocks) {
      if ([...blocks].some((other) => other !== block && block.contains(other))) continue;
      block.animate([{ backgroundColor: "rgb(255 213 79 / .45)" }, { backgroundColor: "rgb(255 213 79 / 0)" }], { duration: 900, easing: "ease-out" });
    }
  }

  // --- asking the server to do something ---------------------------------------------------------------------------

  // Returns what the server says and whether it did what it was asked.
  async function ask(address, wish) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Handbook-Token": about.handbookToken },
        body: JSON.stringify(wish),
      });
      return { done: answer.ok, text: (await answer.text()).trim() };
    } catch {
      return { done: false, text: "The preview does not answer. Is it still running?" };
    }
  }
  const el = (name, props, ...inside) => {
    const e = Object.assign(document.createElement(name), props);
    e.append(...inside.filter((i) => i !== null));
    return e;
  };
  // An element that no script or style of the site reaches into. Not with a <style> element: the site's policy forbids
  // inline styles.
  const shadow = (host, style) => {
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    return root;
  };

  // Buttons below the panel that says whether the page can be trusted.
  const tools = (() => {
    const style = `
      :host { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem .6rem; margin: .75rem 0 1rem; font-size: .875rem }
      button, a { font: inherit; color: inherit; text-decoration: none; background: none; cursor: pointer; padding: .2rem .7rem; border-radius: 6px;
        border: 1px solid color-mix(in srgb, currentColor 35%, transparent) }
      button:hover, a:hover { border-color: currentColor }
      button:focus-visible, a:focus-visible { outline: 2px solid; outline-offset: 2px }
      button:disabled { opacity: .6; cursor: progress }
      span { flex: 1 1 16rem; min-width: 0; overflow-wrap: anywhere }
      @media print { :host { display: none } }`;
    let host = null, review = null, read = null, status = null;
    let said = null; // the page of which status tells, and whether it is about to change by the review itself

    function say(text, recorded) {
      status.textContent = text;
      said = { key: about.handbookReview, recorded };
    }
    async function vouch(button, path, key) {
      button.disabled = true;
      const { done, text } = await ask(path, { file: about.handbookFile, key });
      button.disabled = false;
      say(text, done);
      if (!done) refresh();
    }
    const reviewed = () => vouch(review, "/_handbook/review", about.handbookReview);
    const acknowledged = () => vouch(read, "/_handbook/ack", about.handbookAck);
    async function opened() {
      const { text } = await ask("/_handbook/open", { file: about.handbookFile });
      say(text);
    }
    return {
      show() {
        const { handbookFile: file, handbookReview: key, handbookAck: unread, handbookEditor: editor, handbookName: name } = about;
        if (!file || (key === undefined && editor === undefined)) {
          host?.remove();
          return;
        }
        if (!host) {
          host = el("div", { id: "handbook-tools", handbookPanel: true });
          status = el("span", { role: "status" });
          review = el("button", { type: "button", textContent: "I reviewed this page", onclick: reviewed });
          read = el("button", { type: "button", textContent: "I have read this page", onclick: acknowledged });
        }
        if (said && said.key !== key) {
          if (said.recorded) said = { key }; else say("");
        }
        const root = host.shadowRoot || shadow(host, style);
        const edit = editor === undefined ? null
          : editor ? el("a", { href: editor, textContent: "Open in editor", title: name })
          : el("button", { type: "button", textContent: "Open in editor", title: name, onclick: opened });
        const focused = root.activeElement?.textContent;
        root.replaceChildren(...[unread === undefined ? null : read, key === undefined ? null : review, edit, status].filter(Boolean));
        if (focused) [...root.children].find((e) => e.textContent === focused)?.focus();
        const place = document.querySelector(".trust") || document.querySelector("h1");
        if (!place) document.body.append(host); else if (place.nextSibling !== host) place.after(host);
      },
    };
  })();

  // --- messages over the page ----------------------------------------------------------------------------------------

  const panel = (() => {
    let host = null, root = null, page = null;
    let event = null; // what is shown
    let dismissed = new Set(); // errors that were hidden
    let open = null;
    let byItself = false; // nobody asked to have it open
    let gone = false, patience = 0; // whether the preview does not answer, and what waits until that is worth a word
    const style = `
      :host { all: initial; color-scheme: dark }
      .box { position: fixed; inset: auto 0 0 0; z-index: 2147483647; font: 14px/1.5 system-ui, sans-serif; color: #f4f4f5; display: flex; flex-wrap: wrap; justify-content: flex-end; pointer-events: none }
      button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; pointer-events: auto }
      button:focus-visible, a:focus-visible, .list:focus-visible { outline: 2px solid #8ab4ff; outline-offset: 2px }
      .list:focus-visible { outline-offset: -2px }
      .pill { margin: 0 16px 16px; padding: 4px 14px; border-radius: 99px; background: #27272a; border: 1px solid #71717a }
      .pill.error { background: #991b1b; border-color: #f87171 }
      .pill.away { max-width: calc(100% - 62px); border-radius: 14px; pointer-events: auto }
      .sheet { width: 100%; background: #18181b; border-top: 3px solid #eab308; box-shadow: 0 -8px 30px #0006; pointer-events: auto }
      .sheet.error { border-top-color: #ef4444 }
      .head { display: flex; align-items: center; gap: 12px; padding: 8px 16px }
      .head b { font-weight: 600 }
      .said { flex: 1; min-width: 0; overflow-wrap: anywhere; color: #d4d4d8 }
      .head button { padding: 2px 10px; border-radius: 6px; border: 1px solid #71717a }
      .list { max-height: min(50vh, 420px); overflow: auto; margin: 0; padding: 0 16px 16px; list-style: none }
      li { padding: 10px 0; border-top: 1px solid #3f3f46; overflow-wrap: anywhere }
      .at { font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; color: #a1a1aa }
      a.at, button.at { color: #93c5fd; padding: 3px 0; text-align: start; text-decoration: underline; text-underline-offset: 2px }
      .text { font-weight: 600 }
      .error .mark { color: #fca5a5 } .warning .mark { color: #fde047 }
      pre { margin: 6px 0; padding: 6px 10px; background: #09090b; border-radius: 6px; font: 12.5px/1.5 ui-monospace, Menlo, Consolas, monospace; tab-size: 4; white-space: pre-wrap }
      pre mark { background: none; color: #fca5a5; text-decoration: underline wavy; text-underline-offset: 3px }
      .warning pre mark { color: #fde047 }
      .sums { display: flex; flex-wrap: wrap; gap: 2px 16px; color: #d4d4d8 } .sums span { white-space: nowrap }
      .help { color: #d4d4d8 } .rule { color: #a1a1aa; font-weight: 400 }
      @media (forced-colors: active) { .pill, .sheet, .list { border: 1px solid } }
      @media print { .box { display: none } }`;
    const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
    const headline = () => [event.errors && count(event.errors, "error"), event.warnings && count(event.warnings, "warning")].filter(Boolean).join(", ");
    const name = (m) => JSON.stringify([m.file, m.rule, m.text, m.excerpt]);

    function item(m) {
      const posts = m.open === "/_handbook/open";
      const at = m.at && el(!m.open || (posts && !about.handbookToken) ? "span" : posts ? "button" : "a", { className: "at", textContent: m.at });
      if (at.localName === "a") at.href = m.open;
      if (at.localName === "button") {
        at.type = "button";
        at.title = "Open in editor";
        at.onclick = async () => {
          const { text } = await ask(m.open, { file: m.file, line: m.line, column: m.column });
          const said = root?.querySelector(".said");
          if (said) said.textContent = text;
        };
      }
      let excerpt = null;
      if (m.line) {
        // Carets count characters, not the halves of which JavaScript makes some of them.
        const line = [...(m.excerpt || "")];
        const cut = (from, to) => line.slice(from, to).join("");
        excerpt = el("pre", {}, `${m.line} │ `, cut(0, m.caretAt), el("mark", { textContent: cut(m.caretAt, m.caretAt + m.caretLen) || " " }), cut(m.caretAt + m.caretLen));
      }
      return el("li", { className: m.severity },
        el("div", { className: "text" }, el("span", { className: "mark", textContent: m.severity + ": " }), m.text, el("span", { className: "rule", textContent: m.rule ? ` [${m.rule}]` : "" })),
        at || null, excerpt,
        m.help ? el("div", { className: "help", textContent: "help: " + m.help }) : null,
        ...(m.notes || []).map((note) => el("div", { className: "help", textContent: "note: " + note })));
    }

    // What is worst comes first; of two that are as bad, the one of this page.
    function list() {
      const here = (m) => m.file && m.file === about.handbookFile;
      const messages = event.messages.toSorted((a, b) => (a.severity === b.severity ? here(b) - here(a) : 0));
      const hidden = event.errors + event.warnings - messages.length;
      return el("ol", { className: "list", tabIndex: 0, ariaLabel: "Messages" },
        event.sums ? el("li", { className: "sums" }, ...event.sums.map((sum) => el("span", { textContent: sum }))) : null, ...messages.map(item),
        hidden > 0 ? el("li", { textContent: `… and ${hidden} more: \`handbook check --all\` prints them` }) : null);
    }

    function draw() {
      const wrong = event && event.errors + event.warnings > 0;
      if (!wrong && !gone) {
        host?.remove();
        host = root = null;
        room(0);
        return;
      }
      if (!host) {
        host = el("div", { id: "handbook-messages", handbookPanel: true });
        root = shadow(host, style);
      }
      if (!host.isConnected) document.documentElement.append(host);
      const scrolled = root.querySelector(".list")?.scrollTop || 0;
      const focused = root.activeElement, kin = focused && "." + focused.classList[0];
      const nth = focused ? [...root.querySelectorAll(kin)].indexOf(focused) : 0;
      const worst = event?.errors ? "error" : "warning";
      const box = el("div", { className: "box" });
      // Where the words are, they are said aloud when they change; so that element stays.
      const status = root.querySelector("[role=status]") || el("b", { role: "status" });
      if (gone) box.append(el("div", { className: "pill away", role: "alert", textContent: "The preview does not answer, so this page may be old. It goes on when handbook serve runs again." }));
      if (wrong && open) {
        const close = el("button", { className: "close", type: "button", textContent: "Hide", ariaExpanded: "true", onclick: hide });
        box.append(el("section", { className: "sheet " + worst, ariaLabel: "What is wrong in the handbook" },
          el("div", { className: "head" }, status, el("span", { className: "said", role: "log" }), close), list()));
      } else if (wrong) {
        box.append(el("button", { className: "pill " + worst, type: "button", ariaExpanded: "false", onclick: unfold }, status));
      }
      root.replaceChildren(box);
      if (wrong && status.textContent !== headline()) status.textContent = headline();
      const messages = root.querySelector(".list");
      if (messages) messages.scrollTop = scrolled;
      if (focused) ([...root.querySelectorAll(kin)].at(Math.max(0, nth)) || root.querySelector(".close, button.pill"))?.focus();
      room(root.querySelector(".sheet")?.offsetHeight || 0);
    }
    const hide = () => { open = false; dismissed = new Set(event.messages.map(name)); draw(); };
    const unfold = () => { open = true; byItself = false; draw(); root.querySelector(".close").focus(); };

    // Leaves room at the page's end, so that nothing of it stays behind the panel.
    function room(height) {
      if (!page) {
        if (!height) return;
        page = new CSSStyleSheet();
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
      }
      page.replaceSync(height ? `:root { padding-block-end: ${height}px; scroll-padding-block-end: ${height}px }` : "");
    }

    // Escape hides it, unless something else on the page is open that Escape closes.
    addEventListener("keydown", (key) => {
      if (key.key !== "Escape" || !root?.querySelector(".sheet")) return;
      const inside = document.activeElement === host;
      if (!inside && (key.defaultPrevented || document.querySelector("dialog[open], :popover-open") || document.activeElement?.matches("input, textarea, select"))) return;
      hide();
    });

    return {
      show(next) {
        const key = (e) => JSON.stringify([e?.errors, e?.warnings, e?.messages]);
        if (key(next) === key(event) && (!host || host.isConnected)) return;
        event = next;
        // Errors open the panel; warnings wait to be asked, and a panel that was hidden stays so until something new.
        if (!event.errors && !event.warnings) {
          dismissed.clear();
          open = null;
        } else if (event.errors && !open) {
          open = byItself = event.messages.some((m) => m.severity === "error" && !dismissed.has(name(m)));
        } else if (!event.errors && (open === null || byItself)) {
          open = byItself = false;
        }
        draw();
      },
      // Says so when the preview does not answer for longer than a restart takes.
      away(is) {
        if (!is) {
          clearTimeout(patience);
          patience = 0;
          if (gone) {
            gone = false;
            draw();
          }
        } else if (!patience) {
          patience = setTimeout(() => { gone = true; draw(); }, 2000);
        }
      },
    };
  })();

  tools.show();
  listen();
})();
