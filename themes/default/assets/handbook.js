// Everything here can be missing: the pages say the same without it, as of the day they were built.
"use strict";
(() => {
  const words = document.currentScript.dataset;
  const signs = { due: "M10 5.5V10l3 2", overdue: "M10 5.5v5.2M10 13.8v.2" };
  const all = (selector, f) => document.querySelectorAll(selector).forEach(f);

  // Review dates are days without a time zone: they begin with the reader's own day.
  const today = () => {
    const d = new Date();
    return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };

  // A state only ever gets worse by itself.
  const later = (state, { warn, next }, day) =>
    next <= day && state != "exempt" ? "overdue" : warn <= day && state == "fresh" ? "due" : state;

  const ring = state => `<svg class="ring" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.64"/><path d="${signs[state]}"/></svg>`;

  const ageBadge = (badge, day) => {
    const state = later(badge.dataset.state, badge.dataset, day);
    if (state == badge.dataset.state) return;
    badge.dataset.state = state;
    badge.innerHTML = ring(state);
    badge.append(Object.assign(document.createElement("span"), { className: "word", textContent: words[state] }));
  };

  // In the navigation and behind links only what is not fresh is marked.
  const ageLink = (link, day, inNav) => {
    const old = (inNav ? link.querySelector(".mark") : link.nextElementSibling?.closest(".linkmark"))?.dataset.state || "fresh";
    const state = later(old, link.dataset, day);
    if (state == old || (state == "due" && !inNav)) return;
    const mark = document.createElement("span");
    mark.dataset.state = state;
    if (!inNav) {
      mark.className = "linkmark";
      mark.textContent = words.mark;
      link.after(" ", mark);
      return;
    }
    link.querySelector(".mark")?.remove();
    mark.className = "mark";
    mark.innerHTML = ring(state) + '<span class="sr"></span>';
    mark.lastChild.textContent = ", " + words[state];
    link.append(mark);
  };

  // Counts move from state to state on the days that data-moves names.
  const ageCounts = (box, day) => {
    const n = {};
    const numbers = box.querySelectorAll(".key li");
    numbers.forEach(li => n[li.dataset.state] = +li.lastElementChild.textContent);
    box.dataset.moves = box.dataset.moves.split(";").filter(move => {
      const [when, from, to, count] = move.split(" ");
      if (!to || when > day) return to;
      n[from] -= +count;
      n[to] += +count;
    }).join(";");
    numbers.forEach(li => {
      li.lastElementChild.textContent = n[li.dataset.state];
      li.hidden = !n[li.dataset.state];
    });
    const total = Object.values(n).reduce((a, b) => a + b, 0) || 1;
    let x = 0;
    box.querySelectorAll("rect").forEach(rect => {
      const width = n[rect.dataset.state] * 1000 / total;
      rect.setAttribute("x", x);
      rect.setAttribute("width", width);
      x += width;
    });
    const needed = total - n.exempt;
    all("[data-figure=overdue]", b => b.textContent = n.overdue);
    all("[data-figure=share]", b => b.textContent = Math.floor((needed - n.overdue - n.unreviewed) * 100 / (needed || 1)));
  };

  const age = () => {
    const day = today();
    all(".badge[data-next]", badge => ageBadge(badge, day));
    all(".text a[data-next]", link => ageLink(link, day, false));
    all(".nav a[data-next]", link => ageLink(link, day, true));
    all(".states[data-moves]", box => ageCounts(box, day));
    setTimeout(age, new Date().setHours(24, 0, 1, 0) - Date.now());
  };
  age();

  document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest" });
})();
