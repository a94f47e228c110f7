// The navigation of the whole handbook. It is fetched when somebody opens a section that a page does not show.
"use strict";
const handbookTree = async (address, add) => {
  const answer = await fetch(address);
  if (!answer.ok) throw answer.status;
  const { base, marks, tree } = await answer.json();

  // What stands below an address: [title, address, what it holds, state, due].
  const below = (list, folder, wanted) => {
    for (const [, at, children] of list) {
      const url = at[0] == "/" ? at : folder + at + "/";
      if (url == wanted) return children;
      const found = children && wanted.startsWith(url) && below(children, url, wanted);
      if (found) return found;
    }
  };
  const build = (list, folder) => {
    const ul = document.createElement("ul");
    for (const [title, at, children, state, due] of list) {
      const li = document.createElement("li"), a = document.createElement("a");
      a.href = at[0] == "/" ? at : folder + at + "/";
      a.textContent = title;
      if (due) a.dataset.due = due;
      if (state) a.insertAdjacentHTML("beforeend", marks[state]);
      li.append(a);
      if (children) {
        li.className = "section";
        add(li);
      }
      ul.append(li);
    }
    return ul;
  };

  return (li, button) => {
    const show = button.getAttribute("aria-expanded") == "false";
    let list = li.querySelector(":scope > ul");
    if (!list) {
      const path = decodeURI(li.firstElementChild.pathname), plain = li.firstElementChild.pathname;
      const held = below(tree, base, plain) || below(tree, base, path);
      if (!held) return location = li.firstElementChild.href;
      li.append(list = build(held, plain));
      document.dispatchEvent(new Event("visibilitychange")); // marks age as all others do
    }
    list.hidden = !show;
    button.setAttribute("aria-expanded", show);
  };
};
