// A cross-fade that the next click cuts short is no mistake.
for (const event of ["pageswap", "pagereveal"]) addEventListener(event, e => e.viewTransition?.ready.catch(() => {}));
// The reader's choice of colours, before anything is shown.
document.documentElement.classList.add("js");
try {
  document.documentElement.dataset.theme = localStorage.getItem("handbook-scheme") || "auto";
} catch {} // a browser that keeps nothing
if (!CSS.supports("color", "light-dark(#000, #fff)")) {
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("../../assets/old.css", document.currentScript.src) }));
}
