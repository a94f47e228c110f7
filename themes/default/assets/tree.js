// The navigation of the whole handbook. It is fetched when somebody opens what a page does not show.
"use strict";
const handbookTree = async (address, add) => {
  const answer = await fetch(address);
  if (!answer.ok) throw answer.status;
  const { base, marks, tree } = await answer.json();

  // What stands below an address: [title, address, what it holds, state, due, how many].
  const whole = (folder, at) => at[0] == "/" || at.includes("//") ? at : folder + at + "/";
  const below = (list, folder, wanted) => {
    for (const [, at, children] of list) {
      const url = whole(folder, at);
      if (url == wanted) return children;
      const found = children && wanted.startsWith(url) && below(children, url, wanted);
      if (found) return found;
    }
  };
  const build = (list, folder) => {
    const ul = document.createElement("ul");
    for (const [title, at, children, state, due, count] of list) {
      const li = document.createElement("li"), a = document.createElement("a");
      a.href = whole(folder, at);
      a.textContent = title;
      if (due) a.dataset[children ? "late" : "due"] = due;
      if (count) a.append(" ", Object.assign(document.createElement("b"), { textContent: count }));
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

  // All of a list of which the page shows a part: what it shows stays, with what is open in it.
  const complete = (list, whole) => {
    const shown = new Map([...list.querySelectorAll(":scope > li:not(.part)")].map(li => [li.firstElementChild.href, li]));
    list.replaceChildren(...[...whole.children].map(li => shown.get(li.firstElementChild.href) || li));
    list.querySelector("a").focus();
  };

  return (li, button) => {
    const show = button.getAttribute("aria-expanded") == "false", link = li.firstElementChild;
    let list = li.querySelector(":scope > ul");
    if (!list) {
      const path = decodeURI(link.pathname), plain = link.pathname, more = li.matches(".more");
      const held = more && plain == base ? tree : below(tree, base, plain) || below(tree, base, path);
      if (!held || more && decodeURI(held.at(-1)[1]) == path) return location = link.href; // a list too long even for the tree
      list = build(held, plain);
      more ? complete(li.parentElement, list) : li.append(list);
      document.dispatchEvent(new Event("visibilitychange")); // marks age as all others do
      if (more) return;
    }
    list.hidden = !show;
    button.setAttribute("aria-expanded", show);
  };
};
