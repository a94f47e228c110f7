// Tables of views are sorted by their heads, and a radar and its list light each other up. Without it they read the same.
(() => {
  "use strict";
  const value = cell => cell.dataset.sort ?? cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const sortable = table => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.ariaSort == "ascending" ? -1 : 1;
        heads.forEach(h => h.ariaSort = null);
        head.ariaSort = down > 0 ? "ascending" : "descending";
        for (const body of table.tBodies) {
          const rows = [...body.rows].filter(row => !row.matches(".head"));
          rows.sort((a, b) => {
            const x = value(a.cells[column]), y = value(b.cells[column]);
            return !x - !y || down * order.compare(x, y); // what says nothing comes last, either way
          });
          body.append(...rows);
        }
      });
    });
  };
  const dress = () => document.querySelectorAll("table[data-sortable]").forEach(sortable);
  dress();
  document.addEventListener("hb:update", dress);

  const light = on => e => {
    const blip = e.target.closest?.("[data-blip]"), n = blip?.dataset.blip;
    if (n) blip.closest(".radar").querySelectorAll(`[data-blip="${n}"]`).forEach(one => one.classList.toggle("lit", on));
  };
  for (const type of ["mouseover", "focusin"]) document.addEventListener(type, light(true));
  for (const type of ["mouseout", "focusout"]) document.addEventListener(type, light(false));
})();
