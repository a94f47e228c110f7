// Draws the diagrams of a page with Mermaid. The site's policy lets no style stand in the markup, and Mermaid writes
// some. While it draws, they go where a policy lets them: into sheets of the document, and onto the elements by script.
(async () => {
  "use strict";
  const { library } = document.currentScript.dataset;
  const codes = [], blocks = [];
  const find = () => {
    for (const code of document.querySelectorAll("code.language-mermaid")) {
      if (codes.includes(code)) continue; // it could not be drawn
      codes.push(code);
      blocks.push(code.closest("figure") || code.closest(".copyable") || code.closest("pre"));
    }
  };

  const { setAttribute } = Element.prototype, { insertBefore, appendChild } = Node.prototype, { parseFromString } = DOMParser.prototype;
  const inner = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");
  const aside = html => String(html).replace(/(<[^>]*?\s)style=(?=["'])/g, "$1data-style=");
  const onto = root => {
    for (const e of root.querySelectorAll("[data-style]")) {
      if (e.style) e.style.cssText = e.dataset.style;
      e.removeAttribute("data-style");
    }
  };
  const adopt = style => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style.textContent);
    document.adoptedStyleSheets.push(sheet);
    return style;
  };
  const isStyle = (node, at) => node instanceof Element && node.localName == "style" && at.isConnected && at.ownerDocument == document;
  Object.assign(Element.prototype, {
    setAttribute(name, value) {
      if (name == "style" && this.style) this.style.cssText = value;
      else setAttribute.call(this, name, value);
    },
  });
  Object.assign(Node.prototype, {
    insertBefore(node, next) { return isStyle(node, this) ? adopt(node) : insertBefore.call(this, node, next); },
    appendChild(node) { return isStyle(node, this) ? adopt(node) : appendChild.call(this, node); },
  });
  Object.defineProperty(Element.prototype, "innerHTML", {
    ...inner,
    set(html) {
      if (this.localName == "style") return void (this.textContent = html);
      inner.set.call(this, aside(html));
      onto(this);
    },
  });
  DOMParser.prototype.parseFromString = function (html, type) { return parseFromString.call(this, aside(html), type); };

  await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: library, onload, onerror })));
  // The colours are the page's own. Mermaid reckons with numbers, so they are read as such.
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const token = name => {
    const e = document.createElement("i");
    e.style.color = `var(--${name})`;
    document.body.append(e);
    probe.fillStyle = getComputedStyle(e).color;
    e.remove();
    return probe.fillStyle;
  };
  let drawn = 0;
  const draw = async () => {
    const [canvas, sunken, ink, line, muted, select] = ["canvas", "sunken", "ink", "line-strong", "muted", "select"].map(token);
    mermaid.initialize({
      startOnLoad: false, securityLevel: "strict", theme: "base",
      themeVariables: {
        darkMode: parseInt(canvas.slice(1, 3), 16) < 128, fontFamily: getComputedStyle(document.body).fontFamily,
        background: canvas, primaryColor: sunken, primaryTextColor: ink, primaryBorderColor: line, lineColor: muted, secondaryColor: select, tertiaryColor: canvas,
        textColor: ink, noteBkgColor: select, noteTextColor: ink, noteBorderColor: line, edgeLabelBackground: canvas, titleColor: ink,
      },
    });
    for (const [i, code] of codes.entries()) {
      try {
        const { svg } = await mermaid.render("hb-diagram-" + drawn++, code.textContent);
        const picture = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
        picture.querySelectorAll("style").forEach(adopt);
        picture.querySelectorAll("style").forEach(e => e.remove());
        if (!picture.querySelector("title")) picture.setAttribute("aria-label", handbookTheme.words.diagram);
        const box = document.createElement("div"), { top, height } = blocks[i].getBoundingClientRect();
        box.className = "diagram";
        if (top < innerHeight) box.style.height = height + "px"; // it may be in sight, or above what is
        box.append(document.adoptNode(picture));
        onto(box);
        blocks[i].replaceWith(box);
        blocks[i] = box;
      } catch { // the source stays, and says what is meant
        document.getElementById("dhb-diagram-" + (drawn - 1))?.remove();
      }
    }
  };
  find();
  await draw();
  document.addEventListener("hb:update", () => {
    const known = codes.length;
    find(); // what is drawn is out of the page
    if (codes.length > known) draw();
  });
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
