// The page behind an invitation: says so where the link is not whole, and copies it where somebody presses for it.
// Without this script the page says the same. Nothing leaves the browser.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  function look() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const isWhole = ["v", "s", "t"].every((name) => parts.get(name));
    byId("incomplete").hidden = isWhole;
    byId("copying").hidden = !isWhole || !navigator.clipboard;
  }

  byId("copy").addEventListener("click", async () => {
    const copied = byId("copied");
    copied.textContent = "";
    try {
      // Without the query: it says in which language this page is, and is no part of the invitation.
      await navigator.clipboard.writeText(location.origin + location.pathname + location.hash);
      copied.textContent = copied.dataset.words;
    } catch {
      byId("copying").hidden = true;
    }
  });
  // A language that is chosen on this page keeps the invitation.
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => {
      link.hash = location.hash;
    });
  }
  addEventListener("hashchange", look);
  look();
})();
