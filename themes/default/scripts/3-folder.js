// Read from a folder, an address that ends in a slash would show a list of files. The page is one of them.
if (location.protocol == "file:") document.addEventListener("click", e => {
  const link = e.target.closest?.("a[href]");
  if (link?.protocol == "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
}, true);
