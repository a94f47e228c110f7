// Everything here can be missing: the pages say the same without it, as of the day they were built.
"use strict";
(() => {
  const { words } = handbookTheme;
  const states = { f: "fresh", d: "due", c: "changed", s: "suspect", o: "overdue", u: "unreviewed", e: "exempt" };
  const all = (selector, f, within = document) => within.querySelectorAll(selector).forEach(f);

  // Review dates are days without a time zone: they begin with the reader's own day.
  const today = () => {
    const d = new Date();
    return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };
  const days = (from, to) => (Date.parse(to) - Date.parse(from)) / 864e5;
  const add = (day, n) => new Date(Date.parse(day) + n * 864e5).toISOString().slice(0, 10);
  const monday = day => add(day, -(new Date(day).getUTCDay() + 6) % 7);

  // A state only ever gets worse by itself. due is "2027-01-26-14": the day, and where it is not there yet, how many days
  // before it the warning begins.
  const later = (state, due, day) => {
    const next = due.slice(0, 10), lead = due.slice(10);
    return next <= day ? "overdue" : lead && state == "fresh" && add(next, lead) <= day ? "due" : state;
  };

  const ageBadge = (badge, day) => {
    const data = badge.dataset, next = data.due.slice(0, 10), state = later(data.state, data.due, day);
    if (state != data.state) {
      data.state = state;
      badge.textContent = words[state];
    }
    // What is left of the review period, in eighths of a circle of 48.
    if (state == "overdue") delete data.arc;
    else if (data.arc) data.arc = 6 * Math.min(8, Math.ceil(8 * days(day, next) / days(data.reviewed, next)));
  };

  // In narrow places only what is not fresh is marked: inside the link, or behind it in the text.
  const ageLink = (link, day) => {
    const { due, next: inText } = link.dataset;
    const mark = inText ? link.nextElementSibling?.closest(".linkmark") : link.querySelector("i[data-state]");
    const old = mark?.dataset.state || "fresh";
    const state = later(old, due || inText, day);
    if (state == old) return;
    const next = document.createElement(inText ? "span" : "i");
    next.dataset.state = state;
    if (inText) {
      next.className = "linkmark";
      next.textContent = words.mark;
      mark ? mark.replaceWith(next) : link.after(" ", next);
      return;
    }
    next.textContent = ", " + words[state];
    mark?.remove();
    link.append(next);
  };

  // A section says how many of its pages are overdue. How many more become so it does not know: "7+".
  const ageSection = (link, day) => {
    if (day < link.dataset.late) return;
    delete link.dataset.late;
    let mark = link.querySelector("i");
    const count = link.querySelector("b");
    if (mark?.dataset.state != "overdue") count?.remove();
    else if (count) count.textContent += "+";
    if (!mark) link.append(mark = document.createElement("i"));
    mark.dataset.state = "overdue";
    mark.textContent = ", " + words.overdue;
  };

  // What stands in data-counts and data-moves, as of a day.
  const count = ({ counts, moves }, day) => {
    const n = { f: 0, d: 0, c: 0, s: 0, o: 0, u: 0, e: 0 };
    const first = monday(day);
    const weeks = Array.from({ length: 12 }, () => ({ due: 0, planned: 0 }));
    for (const [, state, number] of counts.matchAll(/([a-z])(\d+)/g)) n[state] = +number;
    for (const [, when, from, to, number, early] of moves.matchAll(/(\d{4}-\d\d-\d\d)(\w)(\w)(\d+)-?(\d*)/g)) {
      if (when <= day) {
        n[from] -= +number;
        n[to] += +number;
      } else if (to == "o") {
        const week = Math.floor(days(first, when) / 7);
        if (week < 12) weeks[week].due += +number;
        if (week - early < 12) weeks[Math.max(0, week - early)].planned += +number;
      }
    }
    return { n, weeks, first };
  };

  const ageCounts = (box, day) => {
    const { n, weeks, first } = count((document.getElementById(box.dataset.source) || box).dataset, day);
    const sum = list => list.reduce((a, b) => a + b, 0);
    const total = sum(Object.values(n)), needed = total - n.e, share = part => Math.floor(part * 100 / (needed || 1));
    const figures = {
      overdue: n.o,
      relied: n.f + n.d,
      share: share(n.f + n.d),
      inside: share(needed - n.o - n.u),
      due: sum(weeks.map(w => w.due)),
      planned: sum(weeks.map(w => w.planned)),
    };
    all("[data-figure]", b => b.textContent = figures[b.dataset.figure], box);
    all(".key li", li => {
      const number = n[li.dataset.state[0]];
      li.lastElementChild.textContent = number;
      li.hidden = !number;
    }, box);
    all(".bar", bar => {
      let before = 0;
      bar.innerHTML = "";
      for (const s in n) {
        const part = number => Math.floor(number * 1000 / (total || 1)), x = part(before);
        if (n[s]) bar.innerHTML += `<rect data-state="${states[s]}" x="${x}" width="${part(before += n[s]) - x}" height="10"/>`;
      }
    }, box);
    all("[data-few], [data-many]", e => e.hidden = "few" in e.dataset != figures.due < 4, box);
    const most = Math.max(4, ...weeks.flatMap(w => [w.due, w.planned]));
    all(".weeks", table => {
      const { months, form } = table.dataset;
      all("time", (time, i) => {
        const week = time.dateTime = add(first, 7 * i);
        time.textContent = form.replace("{day}", +week.slice(8)).replace("{month}", months.split(" ")[week.slice(5, 7) - 1]);
      }, table);
      for (const load of ["due", "planned"]) all(`[data-load=${load}] td`, (cell, i) => cell.textContent = weeks[i][load] || "", table);
    }, box);
    all(".spark rect", (bar, i) => bar.setAttribute("height", weeks[i >> 1][bar.getAttribute("class")] * 1000 / most), box);
  };

  // A number of rows: "12 2026-12-01=13" is 13 from that day on.
  const number = (text, day) => +text.split(" ").reduce((n, step) => step.slice(0, 10) <= day ? step.slice(11) : n);

  const ageRows = day => {
    all("[data-n]", e => e.textContent = number(e.dataset.n, day));
    all("[data-some]", e => e.hidden = !number(e.dataset.some, day));
    all("[data-none]", e => e.hidden = number(e.dataset.none, day));
    all(".chart:has([data-n])", chart => {
      const numbers = [...chart.querySelectorAll(".num")].map(cell => +cell.textContent);
      all("rect", (bar, i) => bar.setAttribute("width", numbers[i] * 1000 / Math.max(1, ...numbers)), chart);
    });
  };

  let timer;
  const age = () => {
    const day = today();
    all("[data-from], [data-until]", e => e.hidden = day < e.dataset.from || day >= e.dataset.until);
    ageRows(day);
    all(".badge[data-due]", badge => ageBadge(badge, day));
    all("a[data-due], a[data-next]", link => ageLink(link, day));
    all("a[data-late]", link => ageSection(link, day));
    all("[data-counts], [data-source]", box => ageCounts(box, day));
    clearTimeout(timer);
    timer = setTimeout(age, new Date().setHours(24, 0, 1, 0) - Date.now());
  };
  age();
  for (const added of ["hb:shown", "hb:update"]) document.addEventListener(added, age);
  document.addEventListener("visibilitychange", () => document.hidden || age()); // timers sleep with the computer

  document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest" });
})();
